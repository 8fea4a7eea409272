"""Stacks as people write them by hand: no false alarm on any, and the incidents found in their Terraform text."""

from pathlib import Path

import pytest
from stage3c.audits import audit
from stage3c.diagnostics import Diagnostic, Severity
from stage3c.output.files import read_folder, read_inside
from stage3c.policy import proofs as permissions
from stage3c.reach.network import Extent
from stage3c.reach.proofs import proofs as flows
from stage3c.readers.configuration import read_configuration
from stage3c.readers.reading import Reading

from tests import terraform
from tests.conftest import ROOT

STACKS = sorted(path for path in (ROOT / "tests" / "stacks").iterdir() if path.is_dir() and path.name != "plans")
INCIDENTS = {
    "3-no-route-to-nat": {"NET204", "NET208", "NET209"},
    "4-role-may-not-read-the-secret": {"IAM201"},
    "5-secret-without-host": {"SEC201", "SEC202"},
}
WITH_REGISTRY_MODULES = {"registry_modules"}  # these cannot be validated without a registry
WITH_THE_OUTSIDE = {"registry_modules", "existing_network", "ec2_instances", "aurora_and_queue"}
"""These leave something to be known: which instance a task is placed on and with which host port, or who CloudFront is."""


def read(folder: Path) -> Reading:
    return read_configuration(str(folder), read_folder, open_file=read_inside(folder))


def errors(found: list[Diagnostic]) -> list[str]:
    return [f"{d.code} {d.cause}" for d in found if d.severity is Severity.ERROR]


@pytest.mark.parametrize("folder", STACKS, ids=lambda path: path.name)
def test_no_error_is_found_in_a_stack_that_works(folder: Path) -> None:
    assert errors(audit(read(folder))) == []


@pytest.mark.parametrize(
    "folder", [path for path in STACKS if path.name not in WITH_THE_OUTSIDE], ids=lambda path: path.name
)
def test_everything_that_such_a_stack_needs_is_proven_not_merely_unknown(folder: Path) -> None:
    graph = read(folder).graph
    assert graph
    assert {proof.need.text: proof.extent for proof in flows(graph) if proof.extent is not Extent.ALL} == {}
    assert [p.need for p in permissions.proofs(graph) if p.decision.allowed is not True] == []
    assert flows(graph)


@pytest.mark.slow
@pytest.mark.parametrize(
    "folder", [path for path in STACKS if path.name not in WITH_REGISTRY_MODULES], ids=lambda path: path.name
)
def test_terraform_accepts_the_stack(folder: Path, tmp_path: Path) -> None:
    terraform.needs_terraform()
    for file in folder.rglob("*"):
        if file.is_file():
            target = tmp_path / file.relative_to(folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(file.read_bytes())
    done = terraform.init(tmp_path)
    assert done.returncode == 0, done.stderr
    validated = terraform.run(tmp_path, "validate", "-no-color")
    assert validated.returncode == 0, validated.stdout + validated.stderr


@pytest.mark.parametrize(("name", "codes"), INCIDENTS.items(), ids=INCIDENTS)
def test_an_incident_is_found_in_the_text_that_somebody_wrote(name: str, codes: set[str]) -> None:
    before = {d.code for d in audit(read(ROOT / "tests" / "stacks" / "inline_rules"))}
    found = audit(read(ROOT / "tests" / "incidents" / "terraform" / name))
    assert {d.code for d in found} - before == codes
    assert errors(found)


GENERATED = sorted(path for path in (ROOT / "generated").iterdir() if path.is_dir())


@pytest.mark.parametrize("folder", GENERATED, ids=lambda path: path.name)
def test_our_own_output_reads_back_without_an_error(folder: Path) -> None:
    assert errors(audit(read(folder))) == []
