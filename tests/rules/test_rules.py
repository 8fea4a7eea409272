"""Every rule is its own documentation, and its two specs are its tests."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from stage3c.diagnostics import Severity
from stage3c.language.source import read
from stage3c.rules import catalogue, rules_of_specs
from stage3c.rules.rule import Rule

from tests.conftest import ROOT
from tests.rules.overlaid import shape_faults, stack_with

RULES = list(catalogue().values())
FOUND_IN_PLANS = {"AUD108", "AUD116", "AUD117", "AUD201", "AUD202"}  # and in folders of several modules
FOUND_BY_PIPELINE = {"SPEC108", "SPEC109", "STA110", "STA111", "LBA124", "LBA125"} | {
    "STA112", "STA113", "STA114", "STA115", "DBS121", "DBS122", "DBS123", "DBS124", "LBA126"
}  # fmt: skip
"""Faults of files, of several specs or builds at once, of a spec and its resources together, or of the judging itself."""


def ids(rules: list[Rule]) -> list[str]:
    return [rule.id for rule in rules]


CHECKING_SPECS = [rule for rule in RULES if rule.check_spec]
READING = [rule for rule in RULES if rule.id.startswith(("SPEC0", "SPEC12"))]
SHAPING = [
    rule
    for rule in RULES
    if rule.bad
    and not rule.check_spec
    and not rule.check_graph
    and rule not in READING
    and rule.id not in FOUND_BY_PIPELINE
]


@pytest.mark.parametrize("rule", RULES, ids=ids(RULES))
def test_a_rule_explains_itself_in_whole_sentences(rule: Rule) -> None:
    assert re.fullmatch(r"[A-Z]{3,4}[0-9]{3}", rule.id)
    assert rule.title[0].isupper()
    assert not rule.title.endswith(".")
    for prose in (rule.what, rule.why, rule.fix):
        assert prose[0].isupper() or prose[0] == "`"
        assert prose.endswith(".")
    assert rule.source
    assert rule.bad or rule.bad_terraform or rule.id in FOUND_IN_PLANS


def test_a_rule_has_at_most_one_check_and_a_file_of_its_own_that_states_the_fault() -> None:
    files = (ROOT / "compiler" / "stage3c" / "rules").rglob("*.py")
    found = [(name, path) for path in files for name in re.findall(r'\bid="(\w+)"', path.read_text(encoding="utf-8"))]
    assert sorted(name for name, _ in found if name in catalogue()) == sorted(catalogue())
    assert [path for name, path in found if name in catalogue() and "_" not in path.stem] == []
    assert [rule.id for rule in RULES if rule.check_spec and rule.check_graph] == []


def test_the_scope_of_a_rule_is_what_its_check_looks_at() -> None:
    for rule in RULES:
        assert (rule.scope == "spec") == (not rule.check_graph and not rule.id.startswith("AUD")), rule.id
        is_seen = bool(rule.bad_terraform) == (rule.scope == "terraform") or rule.scope == "graph"
        assert is_seen or rule.id in FOUND_IN_PLANS, rule.id


def test_the_rules_of_specs_are_all_but_those_for_audits_alone() -> None:
    assert dict(rules_of_specs()) == {rule.id: rule for rule in RULES if rule.scope != "terraform"}


def test_no_two_rules_have_one_title() -> None:
    titles = [rule.title for rule in RULES]
    assert len(set(titles)) == len(titles)


TRANSLATED = re.compile(
    r"\b(mend|complete it|nobody|somebody|anybody|whoever|stands?|hangs?|is told|are told|correct (?:the|its) value|unless told|"
    r"asks? for|for ever|carelessly|admits?|speaks|in vain|firewalls?|lies? in|judged|names no|leads? to|refuses?)\b"
)
"""Words of english.md's left column, and their like: riddles, persons where there are things, and fixes that fix nothing."""
SAID_TO_USERS = ("rules/*/*.py", "language/**/*.py", "readers/*.py", "cli/*.py", "output/files.py")


def texts_said(path: Path) -> Iterator[str]:
    """The texts of a module, but for its docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    alone = {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in alone:
            yield node.value


@pytest.mark.parametrize("pattern", SAID_TO_USERS)
def test_what_is_said_to_users_is_plain_english(pattern: str) -> None:
    for path in (ROOT / "compiler" / "stage3c").glob(pattern):
        found = [text for text in texts_said(path) if TRANSLATED.search(text)]
        assert not found, f"{path}: {found}"


def test_titles_and_severities_are_given_by_the_catalogue_alone() -> None:
    package = ROOT / "compiler" / "stage3c"
    makers = [p for p in package.rglob("*.py") if re.search(r"\bDiagnostic\(", p.read_text(encoding="utf-8"))]
    found = {p.relative_to(package).as_posix() for p in makers}
    assert found == {"rules/__init__.py", "diagnostics.py"}  # the latter for bugs of our own, which are no rule's


@pytest.mark.parametrize("rule", CHECKING_SPECS, ids=ids(CHECKING_SPECS))
def test_a_rule_finds_its_bad_example(rule: Rule) -> None:
    assert rule.check_spec
    found = list(rule.check_spec(stack_with(rule.bad)))
    assert found
    for finding in found:
        assert finding.cause.endswith(".")
        assert finding.fix.endswith(".")
        assert finding.path
        assert len(finding.cause) < 600


@pytest.mark.parametrize("rule", READING, ids=ids(READING))
def test_reading_refuses_a_bad_file(rule: Rule) -> None:
    document, found = read(rule.bad.encode("latin-1"), "bad.yaml")
    assert document is None
    assert [d.code for d in found] == [rule.id]


@pytest.mark.parametrize("rule", SHAPING, ids=ids(SHAPING))
def test_shape_alone_shows_a_bad_example(rule: Rule) -> None:
    assert {fault.code for fault in shape_faults(rule.bad)} == {rule.id}


@pytest.mark.parametrize("rule", RULES, ids=ids(RULES))
def test_no_rule_objects_to_a_good_example(rule: Rule) -> None:
    if rule.id.startswith(("SPEC0", "SPEC12")) and rule.good:
        document, found = read(rule.good.encode(), "good.yaml")
        assert document
        assert not found
        return
    stack = stack_with(rule.good)
    errors = [r for r in RULES if r.severity is Severity.ERROR]
    assert [(r.id, f) for r in errors if r.check_spec for f in r.check_spec(stack)] == []
    assert not rule.check_spec or list(rule.check_spec(stack)) == []
