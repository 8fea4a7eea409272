"""All rules, found by looking: every file in a subject folder that holds a `RULE`.

Owns the catalogue. A new rule is one new file; nothing here or elsewhere lists it.
"""

import pkgutil
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module

from stage3c.diagnostics import Diagnostic, Fault, Finding, Span
from stage3c.rules.rule import Rule


@cache
def catalogue() -> Mapping[str, Rule]:
    """Every rule by its id, sorted; two files of one id are a bug."""
    rules: dict[str, Rule] = {}
    for members in by_subject().values():
        for rule in members:
            assert rule.id not in rules, f"two rules are called {rule.id}"
            rules[rule.id] = rule
    return dict(sorted(rules.items()))


@cache
def rules_of_specs() -> Mapping[str, Rule]:
    """The rules that judge a spec and what is compiled from it: the faults that a spec can have."""
    return {code: rule for code, rule in catalogue().items() if rule.scope != "terraform"}


def diagnosed(fault: Fault) -> Diagnostic:
    """A fault with the title and the severity of its rule."""
    rule = catalogue()[fault.code]
    return Diagnostic(rule.id, rule.severity, rule.title, fault.cause, fault.fix, fault.span, fault.path)


def diagnostic_of(rule: Rule, finding: Finding, span: Span) -> Diagnostic:
    """A rule's finding at the place that it names, else at `span`."""
    return diagnosed(Fault(rule.id, finding.cause, finding.fix, finding.span or span, finding.path))


@cache
def by_subject() -> Mapping[str, tuple[Rule, ...]]:
    """The rules of each subject folder, sorted by id."""
    subjects = [each.name for each in pkgutil.iter_modules(__path__) if each.ispkg]
    return {subject: tuple(sorted(_rules_of(subject), key=lambda rule: rule.id)) for subject in subjects}


def _rules_of(subject: str) -> Iterator[Rule]:
    for module in pkgutil.iter_modules(import_module(f"{__name__}.{subject}").__path__):
        rule = getattr(import_module(f"{__name__}.{subject}.{module.name}"), "RULE", None)
        if isinstance(rule, Rule):
            yield rule
