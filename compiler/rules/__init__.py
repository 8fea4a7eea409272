"""All rules, found by looking: every file beside this one that holds a `RULE`.

Owns the catalogue. A new rule is one new file; nothing here or elsewhere lists it.
"""

import pkgutil
from collections.abc import Mapping
from functools import cache
from importlib import import_module

from compiler.rules.rule import Rule


@cache
def catalogue() -> Mapping[str, Rule]:
    """Every rule by its id, sorted; two files of one id are a bug."""
    rules: dict[str, Rule] = {}
    for module in pkgutil.iter_modules(__path__):
        rule = getattr(import_module(f"{__name__}.{module.name}"), "RULE", None)
        if isinstance(rule, Rule):
            assert rule.id not in rules, f"two rules are called {rule.id}"
            rules[rule.id] = rule
    return dict(sorted(rules.items()))
