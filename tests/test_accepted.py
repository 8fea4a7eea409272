"""Configurations in the manner of the AWS provider's acceptance tests, each of which AWS accepts: no error on any."""

import re
from pathlib import Path

import pytest
from stage3c.audits import audit
from stage3c.diagnostics import Severity
from stage3c.readers.configuration import read_configuration

ACCEPTED = Path(__file__).with_name("accepted")
CONFIGURATIONS = {
    f"{path.stem}: {title}": text
    for path in sorted(ACCEPTED.glob("*.tf"))
    for title, text in re.findall(r"^# --- (.+)\n((?:(?!# --- ).*\n)+)", path.read_text(encoding="utf-8"), re.MULTILINE)
}


@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_what_aws_accepts_is_no_error(name: str) -> None:
    text = CONFIGURATIONS[name].encode()
    found = audit(read_configuration(".", lambda path: {"main.tf": text} if path == "." else None))
    assert [f"{each.code} {each.cause}" for each in found if each.severity is Severity.ERROR] == []


def test_there_are_configurations_of_many_types() -> None:
    types = {kind for text in CONFIGURATIONS.values() for kind in re.findall(r'^resource "(\w+)"', text, re.MULTILINE)}
    assert len(CONFIGURATIONS) >= 30
    assert len(types) >= 30
