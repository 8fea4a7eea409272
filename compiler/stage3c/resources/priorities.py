"""Priorities of listener rules: the more specific goes first, and adding a service moves no other."""

import hashlib
import re
from bisect import bisect_left
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from stage3c.language.model.load_balancer import Route

SLOTS: Final = 2_000
"""Numbers of one class; two automatic priorities are equal with a probability of 1 in 2,000."""
LAST: Final = 50_000
_FIRST: Final = 1_001  # 1 to 1,000 and 49,001 to 50,000 stay free for priorities that are written in the spec
_LENGTHS: Final = (1, 3, 4, 6, 8, 10, 13, 17, 22, 30, 45)
"""The longest literal beginning of a path in each class but the last."""
NONE_KEPT: Final[Mapping[str, int]] = MappingProxyType({})


def priorities(routes: Mapping[str, Route], kept: Mapping[str, int] = NONE_KEPT) -> dict[str, int]:
    """A priority (1 to 50,000) for each service's route on one listener: what the spec says, what it had before, or a new one.

    A new one is chosen by the class of the route, which is how much of its paths is literal and whether it names hosts, and
    by the hash of its name, and by nothing else: no service moves another. Two may be equal, which `priority_facts` reports.
    """
    return {name: route.priority or kept.get(name) or _hashed(name, route) for name, route in routes.items()}


def _hashed(name: str, route: Route) -> int:
    slot = int(hashlib.sha256(name.encode()).hexdigest(), 16) % SLOTS
    return _FIRST + _place(route) * SLOTS + slot


def _place(route: Route) -> int:
    """The place of a route's class: 0 to 11 with hosts, 12 to 23 without, the longest literal first."""
    literal = min((len(re.split(r"[*?]", path)[0]) for path in route.paths), default=0)
    return len(_LENGTHS) - bisect_left(_LENGTHS, literal) + (0 if route.hosts else len(_LENGTHS) + 1)
