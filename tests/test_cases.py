"""Inputs that users really had, by what must come out: `false-*` no error, `missed-*` one, `crash-*` no failure of ours."""

from pathlib import Path

import pytest
from stage3c.audits import audit, not_evaluated
from stage3c.diagnostics import Diagnostic, Severity
from stage3c.output.files import read_folder
from stage3c.pipeline import compile_spec
from stage3c.readers.configuration import read_configuration

from tests.conftest import ROOT

AUDITED = ROOT / "tests" / "cases" / "audit"
EXPECTED = {
    "missed-launch-type-and-strategy": ("SVC202", 69),
    "missed-required-module-argument": ("AUD108", 3),
    "missed-scaling-by-cluster-arn": ("LIM201", 89),
    "missed-port-behind-a-prefix-list": ("NET204", 1158),
    "message-wrong-line-in-locals": ("AUD101", 4),
}
OTHER_FAULTS = {
    "false-mysql-admin": {"DBS201"},  # it names no final snapshot, and does not skip it
    "false-vpc-of-a-data-subnet": {"NET204"},  # its subnet has no way to the internet
    "false-partial-secret-arn": {"SVC230"},  # its container has no memory
    "noise-empty-defaults": set(),
}


def audited(folder: Path) -> list[Diagnostic]:
    return audit(read_configuration(str(folder), read_folder))


def errors(folder: Path) -> set[str]:
    return {each.code for each in audited(folder) if each.severity is Severity.ERROR}


FALSE = sorted(path for pattern in ("false-*", "noise-*") for path in AUDITED.glob(pattern))


@pytest.mark.parametrize("folder", FALSE, ids=lambda path: path.name)
def test_what_is_legal_is_no_error(folder: Path) -> None:
    assert errors(folder) == OTHER_FAULTS.get(folder.name, set())


@pytest.mark.parametrize("name", EXPECTED)
def test_what_was_missed_is_found_in_its_line(name: str) -> None:
    code, line = EXPECTED[name]
    assert (code, line) in {(each.code, each.span.line) for each in audited(AUDITED / name)}


@pytest.mark.parametrize("name", ["crash-execution-role-as-data", "crash-negative-grace-period"])
def test_what_crashed_is_judged(name: str) -> None:
    assert audited(AUDITED / name)


def test_a_policy_that_mentions_a_role_is_none_of_that_role() -> None:
    found = audited(AUDITED / "message-title-and-cause-disagree")
    assert not [each for each in found if each.code == "SVC208"]


def test_credentials_in_a_decoded_text_are_injected() -> None:
    assert not [each for each in audited(AUDITED / "false-jsondecode-of-a-secret") if "given to nobody" in each.cause]


def test_the_routes_of_a_counted_resource_are_waited_for() -> None:
    assert "NET220" not in {each.code for each in audited(AUDITED / "false-depends-on-a-counted-resource")}


def test_tls_is_forced_by_postgresql_15_and_other_engines_have_another_parameter() -> None:
    for name in ("false-tls-of-postgres-16", "false-mysql"):
        assert not [each for each in audited(AUDITED / name) if "TLS" in each.cause]


def test_a_range_of_three_statuses_is_an_error_with_its_place() -> None:
    path = ROOT / "tests" / "cases" / "spec" / "status-range-of-three.yaml"
    found = compile_spec(path.read_bytes(), path.name).diagnostics
    assert [(each.code, each.spec_path) for each in found if each.severity is Severity.ERROR] == [
        ("SPEC105", "services.nodejs.health.ready.status")
    ]


def test_no_endpoint_leads_to_the_registry_of_another_region() -> None:
    path = ROOT / "tests" / "cases" / "spec" / "image-of-another-region-behind-endpoints.yaml"
    found = compile_spec(path.read_bytes(), path.name).diagnostics
    assert ("NET119", "services.vault.subnets") in {(each.code, each.spec_path) for each in found}


def test_modules_that_terraform_init_has_fetched_are_read() -> None:
    listed = b'{"Modules": [{"Key": "net", "Dir": ".terraform/modules/net"}]}'
    folders = {
        ".": {
            "main.tf": b'module "net" {\n  source = "a/net/aws"\n  cidr = yamldecode("cidr: 10.0.0.0/16").cidr\n}\n'
            b'resource "aws_subnet" "a" {\n  vpc_id = module.net.id\n  cidr_block = "10.9.0.0/24"\n}\n'
        },
        ".terraform/modules": {"modules.json": listed},
        ".terraform/modules/net": {
            "main.tf": b'variable "cidr" {}\nresource "aws_vpc" "v" {\n  cidr_block = var.cidr\n}\n'
            b'output "id" {\n  value = aws_vpc.v.id\n}\n'
        },
    }
    found = audit(read_configuration(".", folders.get))
    assert "NET211" in {each.code for each in found}
    assert not [each for each in found if each.code == "AUD104"]
    assert not [each for each in found if ".terraform" in each.span.file and each.severity is not Severity.ERROR]
    for broken in (b"{", b'{"Modules": 3}', b'{"Modules": [{"Key": 1}]}', b"[" * 9000):
        reading = read_configuration(".", {**folders, ".terraform/modules": {"modules.json": broken}}.get)
        assert "AUD104" in {each.code for each in reading.faults}


def test_variables_without_a_value_are_told_once_with_the_file_that_may_have_them() -> None:
    files = {
        "main.tf": b'variable "a" {}\nvariable "b" {}\nvariable "c" {\n  default = 1\n}\n',
        "dev.tfvars": b"a = 1\n",
    }
    found = audit(read_configuration(".", lambda path: files if path == "." else None))
    assert [(each.code, each.fix) for each in found] == [("AUD109", "add --var-file dev.tfvars.")]
    assert "a, b" in found[0].cause
    given = read_configuration(".", lambda path: {**files, "x.auto.tfvars": b"a = 1\nb = 2\n"} if path == "." else None)
    assert audit(given) == []
    two = read_configuration(".", lambda path: {**files, "prod.tfvars": b"a = 1\n"} if path == "." else None)
    assert [each.fix for each in audit(two)] == ["add --var-file FILE, with one of dev.tfvars, prod.tfvars."]


def test_the_last_line_tells_what_was_not_evaluated() -> None:
    container = b'container_definitions = jsonencode([{ name = "a", image = "nginx:1" }])'
    text = (
        b'variable "s" {}\nresource "aws_ecs_task_definition" "a" {\n  family = "a"\n  ' + container + b"\n}\n"
        b'resource "aws_ecs_service" "a" {\n  launch_type = "FARGATE"\n  task_definition = aws_ecs_task_definition.a.arn\n'
        b"  network_configuration {\n    subnets = [var.s]\n  }\n}\n"
    )
    reading = read_configuration(".", lambda path: {"main.tf": text} if path == "." else None)
    assert not_evaluated(reading) == "1 of 1 needs unknown (1: variable s)"
