"""The offer of a release to write a new tag into the spec: only to a person, and only where nothing would be built."""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from stage3c.cli import release as command
from stage3c.cli.main import application
from stage3c.cli.offering import has_person
from stage3c.delivery import release
from stage3c.delivery.build_context import context_tag
from stage3c.delivery.release import Step
from stage3c.pipeline import compile_spec
from typer.testing import CliRunner, Result

from tests.conftest import ROOT
from tests.delivery.deployed import SPEC, Deployed
from tests.emulator import MAKE_BELIEVE, Emulator, emulator

pytestmark = pytest.mark.slow

ONLY = ("--no-preflight", "--no-verify", "--service", "nodejs")


@pytest.fixture(scope="module")
def emulated() -> Iterator[Emulator]:
    with emulator(managed_policies=False) as started:
        yield started


@pytest.fixture
def spec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The reference spec in a folder with its services; what is pushed has tag v1."""
    shutil.copy(SPEC, tmp_path / "shop.yaml")
    (tmp_path / "services").symlink_to(ROOT / "services")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "shop.yaml"


@pytest.fixture
def released(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The tags with which nodejs is released, by a release that does nothing else."""
    tags: list[str] = []

    class Nothing:
        def __init__(self, _account: Any, build: Any, *_: Any, **__: Any) -> None:
            tags.append(build.stack.services["nodejs"].tag)
            self.replaced = list[str]()

        def steps(self) -> Iterator[Step]:
            yield from ()

    monkeypatch.setattr(release, "Release", Nothing)
    return tags


def run(aws: Emulator, *more: str, typed: str = "", ci: str = "") -> Result:
    words = ["release", "shop.yaml", *ONLY, "--endpoint-url", aws.url, *more]
    return CliRunner().invoke(application("release"), words, input=typed, env={**MAKE_BELIEVE, "CI": ci})


def tag_in(spec: Path) -> str:
    (build,) = compile_spec(spec.read_bytes(), "shop.yaml").builds
    return str(build.stack.services["nodejs"].tag)


@pytest.mark.parametrize(
    ("typed", "after"),
    [("v2\n", "v2"), ("auto\n", context_tag(ROOT / "services/nodejs", "x86_64")), ("\n", "v1"), ("", "v1")],
)
def test_a_person_may_write_a_new_tag_which_is_then_released(
    typed: str, after: str, deployed: Deployed, spec: Path, released: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "has_person", lambda: True)
    done = run(deployed.aws, typed=typed)
    assert done.exit_code == 0, done.output
    assert "v1 is pushed already" in done.stderr
    assert (tag_in(spec), released) == (after, [after])


@pytest.mark.parametrize("more", [("--no-edit",), ("--yes",), ("--dry-run",)])
def test_nothing_is_offered_where_nothing_is_to_be_edited(
    more: tuple[str, ...], deployed: Deployed, spec: Path, released: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "has_person", lambda: True)
    before = spec.read_bytes()
    done = run(deployed.aws, *more, typed="v2\n")
    assert done.exit_code == 0, done.output
    assert "New tag" not in done.output
    assert (spec.read_bytes(), released) == (before, ["v1"])


def test_an_image_that_is_not_pushed_yet_needs_no_new_tag(
    deployed: Deployed, spec: Path, released: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "has_person", lambda: True)
    image = {"repositoryName": "agentic-aws/stage3v3/nodejs", "imageIds": [{"imageTag": "v1"}]}
    deployed.aws.client("ecr").batch_delete_image(**image)
    done = run(deployed.aws, typed="v2\n")
    assert done.exit_code == 0, done.output
    assert "New tag" not in done.output
    assert (tag_in(spec), released) == ("v1", ["v1"])


def test_what_is_no_tag_changes_nothing(
    deployed: Deployed, spec: Path, released: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "has_person", lambda: True)
    before = spec.read_bytes()
    done = run(deployed.aws, typed="v 2\n")
    assert done.exit_code == 2
    assert "not a tag" in done.stderr
    assert (spec.read_bytes(), released) == (before, [])


@pytest.mark.parametrize(
    ("ci", "is_terminal", "expected"), [("", True, True), ("true", True, False), ("", False, False)]
)
def test_a_person_is_at_a_terminal_and_not_in_ci(
    ci: str,
    is_terminal: bool,  # noqa: FBT001 - a parameter
    expected: bool,  # noqa: FBT001 - likewise
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Stream:
        def isatty(self) -> bool:
            return is_terminal

    monkeypatch.setenv("CI", ci)
    for name in ("stdin", "stderr"):
        monkeypatch.setattr(sys, name, Stream())
    assert has_person() == expected
