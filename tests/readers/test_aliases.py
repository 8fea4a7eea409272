"""Types with two names are one type after reading, and people see the name that they wrote."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from stage3c.audits import audit
from stage3c.output import evidence
from stage3c.output.files import read_folder
from stage3c.readers.aliases import names_of, real_type
from stage3c.readers.configuration import read_configuration
from stage3c.readers.reading import Folder, Reading

from tests.conftest import ROOT

FOLDERS = [
    folder
    for root in (ROOT / "tests" / "stacks", ROOT / "tests" / "incidents" / "terraform")
    for folder in sorted(root.iterdir())
    if any(re.search(r'"aws_a?lb', file.read_text(encoding="utf-8")) for file in folder.rglob("*.tf"))
]
_TYPE = re.compile(r"\baws_a?lb(?=\b|_)")


def written_as(name: str, folder: Path) -> Reading:
    """A folder as if its author had called load balancers by one of their names."""

    def open_folder(path: str) -> Folder | None:
        files = read_folder(path)
        return files and {key: _TYPE.sub(name, text.decode()).encode() for key, text in files.items()}

    return read_configuration(str(folder), open_folder)


def said(reading: Reading, name: str, show: Callable[[str], str] = str) -> list[tuple[str, int, str]]:
    """Every finding with its line; causes with the name of the type in a common form."""
    assert reading.graph
    found = [(each.code, each.span.line, show(each.cause)) for each in audit(reading)]
    proven = show(evidence.as_text(evidence.as_object(reading.graph, name)))
    return [*found, ("", 0, proven)]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_both_names_are_judged_alike_and_shown_as_written(folder: Path) -> None:
    alias = written_as("aws_alb", folder)
    assert alias.graph
    assert not [each for each in alias.graph.resources.values() if each.type.startswith("aws_alb")]
    assert not [address for address in alias.graph.resources if "aws_lb" in address]
    real = said(written_as("aws_lb", folder), "x", lambda text: _TYPE.sub("aws_lb", text))
    assert sorted(said(alias, "x", lambda text: _TYPE.sub("aws_lb", text))) == sorted(real)


def test_a_type_knows_its_names() -> None:
    assert real_type("aws_alb_listener_rule") == "aws_lb_listener_rule"
    assert real_type("aws_vpc") == "aws_vpc"
    assert names_of("aws_lb") == ("aws_lb", "aws_alb")
    assert names_of("aws_vpc") == ("aws_vpc",)
