"""All rules, found by looking: every file in here, in `reading/` and in `terraform/` that holds a `RULE`.

Owns the catalogue. A new rule is one new file; nothing here or elsewhere lists it.
"""

import pkgutil
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module

from compiler.rules.rule import Rule


@cache
def catalogue() -> Mapping[str, Rule]:
    """Every rule by its id, sorted; two files of one id are a bug."""
    everywhere = (__name__, f"{__name__}.reading", f"{__name__}.terraform")
    return _by_id(rule for package in everywhere for rule in _rules_in(package))


@cache
def rules_of_specs() -> Mapping[str, Rule]:
    """The rules that judge a spec and what is compiled from it: the faults that a spec can have."""
    return _by_id(_rules_in(__name__))


def _rules_in(package: str) -> Iterator[Rule]:
    for module in pkgutil.iter_modules(import_module(package).__path__):
        if not module.ispkg:
            rule = getattr(import_module(f"{package}.{module.name}"), "RULE", None)
            if isinstance(rule, Rule):
                yield rule


def _by_id(found: Iterator[Rule]) -> Mapping[str, Rule]:
    rules: dict[str, Rule] = {}
    for rule in found:
        assert rule.id not in rules, f"two rules are called {rule.id}"
        rules[rule.id] = rule
    return dict(sorted(rules.items()))
