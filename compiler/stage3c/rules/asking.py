"""Rules at work: all of them are asked, and one that fails does not stop the others."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from msgspec import Struct

from stage3c.diagnostics import Diagnostic, Finding, internal_error
from stage3c.graph import Graph
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule

Subject = TypeVar("Subject", Stack, Graph)


class Answers(Struct, frozen=True):
    """What the rules found, and which of them failed."""

    found: tuple[tuple[Rule, Finding], ...]
    failed: tuple[Diagnostic, ...]


def ask_about_spec(rules: Iterable[Rule], stack: Stack) -> Answers:
    """The findings of all rules that judge a spec."""
    return _asked(((rule, rule.check_spec) for rule in rules if rule.check_spec), stack)


def ask_about_graph(rules: Iterable[Rule], graph: Graph) -> Answers:
    """The findings of all rules that judge resources."""
    return _asked(((rule, rule.check_graph) for rule in rules if rule.check_graph), graph)


def _asked(checks: Iterable[tuple[Rule, Callable[[Subject], Iterable[Finding]]]], subject: Subject) -> Answers:
    found: list[tuple[Rule, Finding]] = []
    failed: list[Diagnostic] = []
    for rule, check in checks:
        try:
            found.extend((rule, finding) for finding in check(subject))
        except Exception as error:  # noqa: BLE001 - whatever it is, it is a bug of this one rule
            failed.append(failure(rule, error))
    return Answers(tuple(found), tuple(failed))


def failure(rule: Rule, error: Exception) -> Diagnostic:
    """A rule that raised; the tests replace this, so that there it is a failure like any other."""
    return internal_error(error, rule.id)
