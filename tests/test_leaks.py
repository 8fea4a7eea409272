"""No secret is shown: a canary at every key of the language and at every sensitive place of Terraform, in every format."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from stage3c.audits import audit
from stage3c.diagnostics import Diagnostic
from stage3c.disclosure import Hidden, is_name, is_plain, looks_secret, names_a_secret
from stage3c.output import report
from stage3c.pipeline import compile_spec
from stage3c.readers.configuration import read_configuration

from tests.conftest import ROOT

EVERYTHING = yaml.safe_load((ROOT / "tests" / "live" / "everything.yaml").read_text(encoding="utf-8"))
CASES = sorted((ROOT / "tests" / "cases").glob("spec/secret-*.yaml"))
CANARIES = (
    "CANARY_9f3aXy",
    "CANARY typo existing!",
    "postgres://app:CANARY@db/x",
    "sk_live_CANARY00secret",
    "CANARY" + "x7" * 60,
)


def told(diagnostics: tuple[Diagnostic, ...] | list[Diagnostic], lines: report.Lines) -> str:
    """What all formats say together."""
    found = list(diagnostics)
    return "\n".join(
        (report.as_text(found, lines), report.as_json(found), report.as_sarif(found), report.as_github(found))
    )


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place of a spec at which a value stands, mappings and lists included."""
    if path:
        yield path
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from places(inner, (*path, key))


def validated(spec: Any) -> str:
    """A spec with the text that all formats give for it."""
    compilation = compile_spec(yaml.safe_dump(spec, allow_unicode=True).encode(), "spec.yaml")
    return told(compilation.diagnostics, {"spec.yaml": compilation.lines})


def put(spec: Any, path: tuple[Any, ...], value: Any) -> None:
    for part in path[:-1]:
        spec = spec[part]
    spec[path[-1]] = value


PLACES = sorted({tuple(p) for p in places(EVERYTHING)}, key=repr)


@pytest.mark.parametrize("part", range(8))
def test_a_canary_at_any_key_is_never_shown(part: int) -> None:
    for number, path in enumerate(PLACES[part::8]):
        canary = CANARIES[number % len(CANARIES)]
        for value in (canary, [canary], {"value": canary}):
            spec = copy.deepcopy(EVERYTHING)
            put(spec, path, value)
            assert "CANARY" not in validated(spec), (path, value)


@pytest.mark.parametrize("canary", CANARIES)
def test_a_canary_under_any_unknown_key_is_never_shown(canary: str) -> None:
    for path in PLACES:
        spec = copy.deepcopy(EVERYTHING)
        home = spec
        for part in path:
            home = home[part]
        if isinstance(home, dict):
            home["enviroment"] = canary
            home["passwrod"] = {"deep": [canary]}
            assert "CANARY" not in validated(spec), path


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_the_cases_show_no_secret(path: Path) -> None:
    compilation = compile_spec(path.read_bytes(), path.name)
    assert compilation.failed
    text = told(compilation.diagnostics, {path.name: compilation.lines})
    assert "CANARY" not in text
    assert "***" in text


@pytest.mark.parametrize(
    "text",
    [
        'password: "CANARY_9f3aXy',
        "password: *CANARY_9f3aXy",
        "password: !CANARY_9f3aXy x",
        "DB_PASSWORD: canaryCANARY: x",
        "a: b\n  CANARY_9f3aXy: {",
        "environment:\n  A_KEY:\n  CANARY_9f3aXy\n x: [",
    ],
)
def test_what_is_no_yaml_shows_no_value(text: str) -> None:
    compilation = compile_spec(text.encode(), "spec.yaml")
    assert compilation.failed
    assert "CANARY" not in told(compilation.diagnostics, {"spec.yaml": compilation.lines})


BALANCER = 'resource "aws_lb" "x" {\n  name = "internal-${var.p}"\n}\n'
CONTAINERS = (
    '[{ name = "x", environment = [{ name = "DB_PASS", value = "CANARY_9f3aXy" }], command = ["CANARY_9f3aXy"] }]'
)
TERRAFORM = [
    f'variable "p" {{\n  sensitive = true\n}}\n{BALANCER}',
    f'variable "p" {{\n  sensitive = true\n  default = "CANARY_9f3aXy"\n}}\n{BALANCER}',
    'variable "p" {\n  sensitive = true\n  default = { a = ["CANARY_9f3aXy"] }\n}\n'
    + BALANCER.replace("var.p", "var.p.a[0]"),
    'resource "aws_lb" "x" {\n  name = "internal-${sensitive("CANARY_9f3aXy")}"\n}\n',
    'locals {\n  p = sensitive("CANARY_9f3aXy")\n}\nresource "aws_vpc" "x" {\n  cidr_block = local.p\n}\n',
    'resource "aws_db_instance" "x" {\n  password = "CANARY_9f3aXy"\n  engine = "CANARY_9f3aXy"\n}\n',
    f'resource "aws_ecs_task_definition" "x" {{\n  family = "x"\n  container_definitions = jsonencode({CONTAINERS})\n}}\n',
    'module "m" {\n  source = "./m"\n  password = "CANARY_9f3aXy"\n}\n',
    'provider "aws" {\n  region = "CANARY_9f3aXy"\n  secret_key = "CANARY_9f3aXy"\n}\n',
    'password = "CANARY_9f3aXy',
    'resource "a" {\n  token = "CANARY_9f3aXy" "b"\n}\n',
    json.dumps(
        {
            "variable": {"p": {"default": "CANARY_9f3aXy", "sensitive": True}},
            "resource": {"aws_lb": {"x": {"name": "internal-${var.p}"}}},
        }
    ),
]


@pytest.mark.parametrize("text", TERRAFORM)
def test_no_sensitive_value_of_terraform_is_shown(text: str) -> None:
    files = {("main.tf.json" if text.startswith("{") else "main.tf"): text.encode(), "terraform.tfvars": b""}
    if "CANARY" not in text:
        files["terraform.tfvars"] = b'p = "CANARY_9f3aXy"\n'
    reading = read_configuration(".", lambda path: files if path == "." else None)
    assert "CANARY" not in told(audit(reading), reading.lines)
    assert "CANARY" not in json.dumps(reading.lines)


@pytest.mark.parametrize(
    "name",
    ["DB_PASS", "DB_PASS_1", "APIKEY", "apiKey", "password", "masterPassword", "SLACK_WEBHOOK_URL", "JWT_SIGNING_KEY", "DSN"],
)  # fmt: skip
def test_names_of_secrets_are_known(name: str) -> None:
    assert names_a_secret(name)


@pytest.mark.parametrize(
    "name", ["TOKEN_URL", "COMPASS", "MAX_TOKENS", "PASSWORD_FILE", "SECRET_ARN", "SORT_KEY", "KEY"]
)
def test_names_that_only_sound_like_secrets_are_none(name: str) -> None:
    assert not names_a_secret(name)


@pytest.mark.parametrize(
    "value",
    [
        "AKIA" + "A1" * 8, "github_pat_" + "a1" * 11, "ghs_" + "a1" * 18, "redis://:pw@cache:6379", "Bearer abcdef123456",
        "https://hooks.slack.com/services/T0/B0/x", "Server=db;User=sa;Password=hunter2;", "eyJhbGciOi.eyJzdWIiOi.x",
        "-----BEGIN RSA PRIVATE KEY-----", "sk-ant-" + "a1" * 12, "AccountKey=abc123==",
    ],
)  # fmt: skip
def test_forms_of_secrets_are_known(value: str) -> None:
    assert looks_secret(value)
    assert not is_plain(value)


@pytest.mark.parametrize(
    "value", ["us-esat-1", "db.t4g.micro", "10.0.0.0/33", "Production", "nginx:1.27", "Sun:03:00-Sun:04:00"]
)
def test_ordinary_words_may_be_quoted(value: str) -> None:
    assert is_plain(value)


def test_a_secret_is_found_in_any_case_and_where_it_was_cut() -> None:
    hidden = Hidden(frozenset({"Top Secret value", "x" * 80}))
    assert hidden.clean('a "TOP SECRET VALUE", "top sec…" and "' + "x" * 60 + '"') == 'a "***", "***…" and "***"'
    assert hidden.clean("top secrets, xxx") == "top secrets, xxx"


def test_an_ordinary_value_of_a_variable_does_not_hide_words_of_a_finding() -> None:
    spec = copy.deepcopy(EVERYTHING)
    service = next(iter(spec["services"].values()))
    service["environment"] = {"REGION": "us-east-9", "LEVEL": "debug"}
    spec["region"] = "us-east-9"
    assert '"us-east-9"' in validated(spec) or "us-east-9 " in validated(spec)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        *((each, True) for each in ("api_key", "API_KEY", "apiKey")),
        *((each, False) for each in (*CANARIES, "AKIA" + "ABCD" * 4)),
    ],
)
def test_a_name_of_a_key_is_shown_and_what_only_stands_there_is_not(value: str, *, shown: bool) -> None:
    assert is_name(value) is shown
