"""All rules, found by looking: every file in a subject folder that holds a `RULE`.

Owns the catalogue, and the titles and severities that readers look up by id. A new rule is one new file; nothing here or
elsewhere lists it.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from itertools import chain
from pathlib import Path
from typing import Final

from stage3c.diagnostics import Diagnostic, Fault, Finding, Span
from stage3c.rules.rule import Rule

_HERE: Final = Path(__file__).parent
_AUDITS_ALONE: Final = b'    scope="terraform",\n'


@cache
def catalogue() -> Mapping[str, Rule]:
    """Every rule by its id, sorted; two files of one id are a bug."""
    return _by_id(chain(*by_subject().values()))


@cache
def rules_of_specs() -> Mapping[str, Rule]:
    """The rules that judge a spec and what is compiled from it: the faults that a spec can have.

    The others are told by the text of their files: importing them would make up a tenth of a validation's time.
    """
    names = chain(*(_modules(subject, without=_AUDITS_ALONE) for subject in _subjects()))
    return _by_id(rule for name in names if (rule := _rule_in(name)))


@cache
def by_subject() -> Mapping[str, tuple[Rule, ...]]:
    """The rules of each subject folder, sorted by id."""
    found = {subject: [rule for name in _modules(subject) if (rule := _rule_in(name))] for subject in _subjects()}
    return {subject: tuple(sorted(rules, key=lambda rule: rule.id)) for subject, rules in found.items()}


def diagnosed(fault: Fault) -> Diagnostic:
    """A fault with the title and the severity of its rule."""
    rule = rules_of_specs().get(fault.code) or catalogue()[fault.code]
    return Diagnostic(rule.id, rule.severity, rule.title, fault.cause, fault.fix, fault.span, fault.path, fault.edit)


def diagnostic_of(rule: Rule, finding: Finding, span: Span) -> Diagnostic:
    """A rule's finding at the place that it names, else at `span`."""
    return diagnosed(Fault(rule.id, finding.cause, finding.fix, finding.span or span, finding.path))


def _by_id(found: Iterator[Rule]) -> Mapping[str, Rule]:
    rules: dict[str, Rule] = {}
    for rule in found:
        assert rule.id not in rules, f"two rules are called {rule.id}"
        rules[rule.id] = rule
    return dict(sorted(rules.items()))


def _subjects() -> list[str]:
    return sorted(each.parent.name for each in _HERE.glob("*/__init__.py"))


def _modules(subject: str, without: bytes = b"") -> Iterator[str]:
    """The names of the modules of a subject, but for those whose text holds `without`."""
    folder = f"{_HERE}/{subject}"
    for name in sorted(each.name for each in Path(folder).iterdir() if each.name.endswith(".py")):
        if name != "__init__.py" and (not without or without not in _source(f"{folder}/{name}")):
            yield f"{__name__}.{subject}.{name.removesuffix('.py')}"


def _source(path: str) -> bytes:
    with open(path, "rb", buffering=0) as file:  # noqa: PTH123 - 250 files, and a Path takes twice as long for each
        return file.read()


def _rule_in(module: str) -> Rule | None:
    rule = getattr(import_module(module), "RULE", None)
    return rule if isinstance(rule, Rule) else None
