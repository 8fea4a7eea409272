"""Priorities of listener rules: the more specific goes first, and adding a service moves no other."""

import hashlib
import re
from itertools import chain

from stage3c.language.model.load_balancer import Route

_SLOTS = 190
_LAST = 50_000
_HOST_SCORE, _PATH_SCORE_MAX = 129, 128


def priorities(routes: dict[str, Route]) -> dict[str, int]:
    """A distinct priority (1 to 50,000) for each service's route on one listener.

    Routes are sorted into buckets by how much of their patterns is literal; a name's hash chooses its slot, and only names
    that hit the same slot move on to the next free one.
    """
    taken = {route.priority for route in routes.values() if route.priority is not None}
    chosen: dict[str, int] = {}
    for name, route in sorted(routes.items()):
        chosen[name] = route.priority or _free(_first(route), _slot(name), taken)
        taken.add(chosen[name])
    return chosen


def _first(route: Route) -> int:
    literal = min((len(re.split(r"[*?]", path)[0]) for path in route.paths), default=0)
    score = min(literal, _PATH_SCORE_MAX) + (_HOST_SCORE if route.hosts else 0)
    return (_HOST_SCORE + _PATH_SCORE_MAX - score) * _SLOTS + 1


def _slot(name: str) -> int:
    return int(hashlib.sha256(name.encode()).hexdigest(), 16) % _SLOTS


def _free(first: int, slot: int, taken: set[int]) -> int:
    """The next free slot of the bucket; a full one flows over into the less specific ones, and at last anywhere."""
    own: tuple[int, ...] = (*range(first + slot, first + _SLOTS), *range(first, first + slot))
    anywhere: chain[int] = chain(own, range(first + _SLOTS, _LAST + 1), range(1, first))
    return next(number for number in anywhere if number not in taken)
