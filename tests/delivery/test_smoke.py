"""`smoke.sh` says the same as `verify`, about the same server."""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from stage3c.delivery.verification import verify
from stage3c.language.model.check import Check
from stage3c.output.endpoints import Endpoint
from stage3c.output.render import smoke_files
from stage3c.pipeline import compile_spec

from tests.conftest import ROOT
from tests.delivery.faulty_server import faulty_server

SPEC = (ROOT / "compiler" / "stage3c" / "rules" / "example.yaml").read_text(encoding="utf-8")
CHECKS: list[dict[str, Any]] = [
    {"get": "/ok"},
    {"head": "/ok", "status": 501},
    {"get": "/moved"},
    {"get": "/moved", "status": 302, "headers": {"location": "/ok"}},
    {"get": "/missing"},
    {"get": "/loop"},
    {"get": "/huge"},
    {"get": "/half"},
    {"get": "/never", "timeout_seconds": 1},
    {"get": "/late", "response_ms": 100},
    {"get": "/late", "response_ms": 3000},
    {"get": "/html", "json": {"status": "ok"}},
    {"get": "/html", "headers": {"Content-Type": {"matches": "text/*"}}},
    {"get": "/html", "headers": {"content-type": "text/plain"}},
    {"get": "/html", "headers": {"x-none": {"exists": False}}},
    {"get": "/html", "headers": {"x-none": "a"}},
    {"get": "/html", "headers": {"content-type": {"one_of": ["text/html", "text/plain"], "exists": True}}},
    {"get": "/ok", "json": {"status": "ok", "count": 3, "list[0].id": 7, "$.list[0].id": 7, "flag": True, "none": None}},
    {"get": "/ok", "json": {"status": "bad"}},
    {"get": "/ok", "json": {"status": "o'k \"$(exit)\" \\(1)"}},
    {"get": "/ok", "json": {"count": "3"}},
    {"get": "/ok", "json": {"flag": 1}},
    {"get": "/ok", "json": {"missing": None}},
    {"get": "/ok", "json": {"status.deeper[0]": {"exists": False}}},
    {"get": "/ok", "json": {"version": {"matches": "v1.*"}, "count": {"greater_than": 2, "less_than": 4}}},
    {"get": "/ok", "json": {"version": {"matches": "v?1.2"}}},
    {"get": "/ok", "json": {"version": {"matches": "v1x2"}}},
    {"get": "/ok", "json": {"list": {"matches": "*"}}},
    {"get": "/ok", "json": {"status": {"less_than": 3}}},
    {"get": "/ok", "json": {"status": {"one_of": ["ok", "worse"]}, "flag": {"one_of": [1]}}},
    {"post": "/orders", "body": {"sku": "it's \"A1\""}, "status": 201, "sequence": "a", "save": {"order": "id"}},
    {"get": "/orders/{order}", "json": {"sku": "it's \"A1\""}, "sequence": "a"},
    {"post": "/orders", "body": {"of": ["{order}", {"n": "x-{order}"}], "n": 1}, "status": 201, "sequence": "a",
     "save": {"o2": "id"}},
    {"get": "/orders/{o2}", "json": {"of[0]": "1", "of[1].n": "x-1", "n": 1}, "sequence": "a"},
    {"get": "/ok", "sequence": "b", "save": {"x": "list"}},
    {"get": "/ok/{x}", "sequence": "b"},
]  # fmt: skip


@pytest.fixture
def server() -> Iterator[str]:
    with faulty_server() as url:
        yield url


def script(checks: list[dict[str, Any]], folder: Path) -> Path:
    """The script of a spec with these checks; what the rules say of them is not the question here."""
    stack = compile_spec(SPEC.encode(), "shop.yaml").builds[0].stack
    stack = stack.model_copy(update={"checks": tuple(map(Check.model_validate, checks))})
    path = folder / "smoke.sh"
    path.write_text(smoke_files(stack, "A header.")["smoke.sh"], encoding="utf-8")
    return path


@pytest.mark.slow
def test_it_says_the_same_as_verify(server: str, tmp_path: Path) -> None:
    found = verify(Endpoint("", server), [Check.model_validate(each) for each in CHECKS], 0, lambda *_: None)
    expected = [row.passed for row in found if row.path[:1] == ("checks",)]
    with faulty_server() as again:
        path = script(CHECKS, tmp_path)
        done = subprocess.run(["sh", path, again], capture_output=True, text=True, check=False)
    said = [line.startswith("ok") for line in done.stdout.splitlines()]
    assert list(zip(said, CHECKS, strict=True)) == list(zip(expected, CHECKS, strict=True)), done.stdout + done.stderr
    assert done.returncode == 1


@pytest.mark.slow
def test_it_succeeds_where_all_checks_pass(server: str, tmp_path: Path) -> None:
    done = subprocess.run(
        ["sh", script([{"get": "/ok"}], tmp_path), server], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "ok      GET /ok\n", "")


def test_its_default_is_the_address_of_the_spec(tmp_path: Path) -> None:
    assert "base=${1:-https://shop.example.com}" in script([{"get": "/ok"}], tmp_path).read_text(encoding="utf-8")
