"""Faults of other tools' suites, of AWS's error messages and of public reports, each noticed in the working stack.

`faults_in_terraform.json` has each as edits of `rules/example.tf`: `edits` replace a text inside of a block (`+` adds one
at its end), `without` names blocks that are taken out, and `added` comes at the end.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from stage3c.audits import audit
from stage3c.diagnostics import Severity
from stage3c.readers.configuration import read_configuration
from stage3c.rules.terraform_overlay import blocks, stack

FAULTS = json.loads(Path(__file__).with_suffix(".json").with_stem("faults_in_terraform").read_text(encoding="utf-8"))[
    "faults"
]
NOTES = {"LIM251", "NET250"}
"""Rules that give advice; every other fault is at least a warning."""


def with_fault(fault: dict[str, Any]) -> str:
    texts = dict(blocks(stack()))
    for address in fault.get("without", ()):
        del texts[address]
    for address, old, new in fault.get("edits", ()):
        block = texts[address]
        assert old == "+" or old in block
        texts[address] = f"{block.rstrip().removesuffix('}')}{new}\n}}\n" if old == "+" else block.replace(old, new)
    return "\n".join([*texts.values(), fault.get("added", "")])


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault["name"])
def test_a_fault_is_noticed(fault: dict[str, Any]) -> None:
    text = with_fault(fault).encode()
    found = audit(read_configuration(".", lambda path: {"main.tf": text} if path == "." else None))
    loud = (Severity.ERROR, Severity.WARNING)
    assert fault["code"] in {each.code for each in found if each.severity in loud or each.code in NOTES}


def test_the_working_stack_has_none_of_these_codes() -> None:
    text = with_fault({}).encode()
    found = audit(read_configuration(".", lambda path: {"main.tf": text} if path == "." else None))
    assert {each.code for each in found} & {fault["code"] for fault in FAULTS} == set()


def test_there_are_faults_of_many_rules() -> None:
    assert len(FAULTS) >= 300
    assert len({fault["code"] for fault in FAULTS}) >= 60
