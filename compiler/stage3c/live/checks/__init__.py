"""All checks of an account, found by looking: every file in here that holds a `CHECK`."""

import pkgutil
from collections.abc import Mapping
from functools import cache
from importlib import import_module

from stage3c.live.check import Check


@cache
def all_checks() -> Mapping[str, Check]:
    """Every check by its id, sorted; two of one id are a bug."""
    checks: dict[str, Check] = {}
    for module in pkgutil.iter_modules(__path__):
        check: Check = import_module(f"{__name__}.{module.name}").CHECK
        assert check.id not in checks, f"two checks are called {check.id}"
        checks[check.id] = check
    return dict(sorted(checks.items()))
