"""What is said of common mistakes: the first error is the mistake, at its line, with what to write, and is the only one."""

from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from stage3c.diagnostics import Diagnostic, Severity
from stage3c.language.foreign import foreign_fault
from stage3c.language.json_schema import spec_schema
from stage3c.language.layout import layout_fault
from stage3c.pipeline import compile_spec
from stage3c.wording import misspelt

from tests.conftest import ROOT
from tests.mistakes import MISTAKES, Mistake

CASES = ROOT / "tests" / "cases" / "messages"
REFERENCE = (CASES / "46-dbname.yaml").read_text(encoding="utf-8").replace("agentic-aws-db", "agentic_aws_db")
SAID = {
    "06-indent": ("SPEC120", 48, "indent line 48 by 4 spaces."),
    "07-indent-nested": ("SPEC120", 60, "indent line 60 by 2 spaces."),
    "10-secretkey": ("SEC102", 56, "write `DB_PASSWORD: main.password`."),
    "13-long": ("SPEC105", 60, "write a shorter key, such as `nodejs-frontend`."),
    "16-colon": ("SPEC001", 48, "write `port: value`."),
    "36-copilot": (
        "SPEC121",
        1,
        "start a spec with `stage3c init`, then copy images, ports and environment into it.",
    ),
    "46-dbname": ("DBS108", 41, "write `database_name: agentic_aws_db`."),
    "54-command": ("SPEC103", 49, 'write `command: ["gunicorn", "app:app"]`.'),
    "command-string": ("SPEC103", 31, 'write `command: ["gunicorn", "app:app"]`.'),
}
FOREIGN = {
    "services:\n  web:\n    image: nginx\n    ports: ['80:80']\n": "a Compose file",
    "version: '3'\nservices:\n  web:\n    build: .\n": "a Compose file",
    "apiVersion: apps/v1\nkind: Deployment\n": "a Kubernetes manifest",
    "AWSTemplateFormatVersion: 2010-09-09\nResources:\n  A: !Ref B\n": "a CloudFormation template",
    "Resources:\n  A:\n    Type: AWS::S3::Bucket\n": "a CloudFormation template",
    'resource "aws_lb" "main" {\n  name = "x"\n}\n': "Terraform",
    '{"format_version":"1.2","terraform_version":"1.9.0","planned_values":{}}': "a Terraform plan or state in JSON",
    '{\n  "version": 4,\n  "serial": 1,\n  "lineage": "x"\n}': "a Terraform state file",
    '{\n  "resource": {}\n}': "Terraform in JSON",
    '{"name":"shop","version":"1.0.0","scripts":{}}': "a package.json",
    '{"family": "web", "containerDefinitions": []}': "an ECS task definition",
    "on: push\njobs: {}\n": "a CI workflow",
    "openapi: 3.1.0\npaths: {}\n": "an OpenAPI description",
    "FROM python:3.13\nCMD run\n": "a Dockerfile",
    "service: a\nprovider: aws\nfunctions: {}\n": "a Serverless Framework configuration",
}


def errors(text: str | bytes) -> list[Diagnostic]:
    data = text.encode() if isinstance(text, str) else text
    found = compile_spec(data, "spec.yaml").diagnostics
    return [each for each in found if each.severity is Severity.ERROR]


def mistaken(mistake: Mistake) -> str:
    assert REFERENCE.count(mistake.right) >= 1, mistake.right
    return REFERENCE.replace(mistake.right, mistake.wrong, 1)


def test_the_reference_has_no_error() -> None:
    assert errors(REFERENCE) == []
    assert len(MISTAKES) >= 60


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.wrong.strip()[:40])
def test_the_one_error_names_the_mistake(mistake: Mistake) -> None:
    found = errors(mistaken(mistake))
    assert [each.code for each in found] == [mistake.code], [(each.code, each.cause) for each in found]
    assert mistake.told in found[0].cause + found[0].fix, (found[0].cause, found[0].fix)


@pytest.mark.parametrize("name", SAID)
def test_what_users_really_wrote_is_answered_in_these_words(name: str) -> None:
    found = errors((CASES / f"{name}.yaml").read_bytes())
    assert [(each.code, each.span.line, each.fix) for each in found] == [SAID[name]]


@pytest.mark.parametrize("path", sorted(CASES.glob("phantom-*")), ids=lambda path: path.stem)
def test_an_unknown_key_is_the_only_error(path: Path) -> None:
    found = errors(path.read_bytes())
    assert [each.code for each in found] == ["SPEC101"]
    assert "remove it, or write one of" in found[0].fix


def test_databases_that_do_not_exist_are_told_once_each() -> None:
    found = errors((CASES / "uses-unknown-twice.yaml").read_bytes())
    assert [each.code for each in found] == ["SPEC106"] * 3


@pytest.mark.parametrize("text", FOREIGN)
def test_a_file_of_another_tool_is_called_by_its_name(text: str) -> None:
    found = errors(text)
    assert [each.code for each in found] == ["SPEC121"]
    assert found[0].cause == f"this file is {FOREIGN[text]}, not a spec of stage3c."


@pytest.mark.parametrize("path", sorted((ROOT / "specs").glob("*.yaml")), ids=lambda path: path.stem)
def test_a_spec_is_not_taken_for_another_file(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert foreign_fault(text, "x.yaml") is None
    assert foreign_fault(text.replace("stage3c: 1\n", ""), "x.yaml") is None


def test_a_problem_that_is_not_of_layout_stays_with_its_own_words() -> None:
    found = errors("a: &b &c d")
    assert layout_fault("found undefined tag handle", "", ["a: 1"], found[0].span, 1) is None


@pytest.mark.parametrize(
    ("word", "meant"),
    [("regoin", "region"), ("schedule", None), ("sidecars", None), ("Port", "port"), ("caches", None)],
)
def test_only_a_slip_is_taken_for_a_known_word(word: str, meant: str | None) -> None:
    assert misspelt(word, ["region", "scale", "secrets", "port", "checks"]) == meant


@pytest.mark.parametrize("word", ["hunter2", "correct horse battery", "python -p hunter", "python Sw0rdfish"])
def test_a_command_that_may_hold_a_secret_is_not_quoted(word: str) -> None:
    found = errors(REFERENCE.replace("    port: 8000", f"    port: 8000\n    command: {word}", 1))
    assert [each.code for each in found] == ["SPEC103"]
    assert word.rsplit(maxsplit=1)[-1] not in found[0].cause + found[0].fix


def test_the_schema_knows_the_keys_inside_an_environment() -> None:
    schema = spec_schema()
    Draft202012Validator.check_schema(schema)
    judge = Draft202012Validator(schema)
    environments = {"dev": {"services": {"web": {"cpu": 256}}, "domain": None}, "prod": None}
    spec = {"stage3c": 1, "environments": environments}
    assert list(judge.iter_errors(spec)) == []
    assert list(judge.iter_errors({**spec, "environments": {"dev": {"services": {"web": {"cpus": 256}}}}}))
    assert list(judge.iter_errors({**spec, "environments": {"dev": {"regoin": "eu-west-1"}}}))
