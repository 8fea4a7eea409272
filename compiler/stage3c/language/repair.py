"""Repairs of a spec's data, so that the rules can judge the rest of it in the same run.

A faulty value becomes what was meant where that is plain, else something harmless, else it goes. Nothing repaired is built.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from pydantic_core import ErrorDetails

from stage3c.diagnostics import Path
from stage3c.language.faults import fits, near_key, near_literal, shortened

_KEY_MAX_CHARS: Final = 40
_INSIDE_AN_ENTITY: Final = 3  # `services.web.port`; what is deeper can go without anything that refers to it
_HARMLESS: Final[Mapping[str, Any]] = {
    "cpu": 256, "memory_mib": 512, "port": 8080, "default_route": "none", "scheme": "internal", "engine": "postgres",
    "version": "16", "instance_class": "db.t4g.micro", "storage_gib": 20, "database_name": "main", "bucket": "state-bucket",
    "state": {"bucket": "state-bucket"}, "project": "project", "environment": "environment", "stage3c": 1, "min": 1, "max": 1,
    "image": "image:1", "get": "/", "count": 0, "kind": "rds_managed", "initial": 20, "cidr": "0.0.0.0/0",
}  # fmt: skip


def repair(data: Any, path: Path, details: ErrorDetails, *, seen: bool) -> bool:  # noqa: ANN401, C901, PLR0911 - one exit a case
    """Take a faulty value out of the data, or put a harmless one in; say whether that was possible."""
    if not path:
        return False
    parent, last = value_at(data, path[:-1]), path[-1]
    if details["type"] == "missing":
        harmless = _harmless(data, path)
        if harmless is not None and isinstance(parent, dict):
            parent[str(last)] = harmless
            return True
        return len(path) > _INSIDE_AN_ENTITY and repair(data, path[:-1], {**details, "type": "dropped"}, seen=seen)
    if details["type"].startswith("rule:") and isinstance(value_at(data, path), dict):
        return _repair_whole(value_at(data, path), details["type"])
    if details["type"] == "extra_forbidden" and isinstance(parent, dict):
        return _take_as_meant(parent, path)
    if "[key]" in details["loc"] and isinstance(parent, dict) and not seen:
        _rename(parent, str(last), shortened(str(last), _KEY_MAX_CHARS))
        return True
    if last == "port" and isinstance(parent, dict) and not seen:
        parent["port"] = _HARMLESS["port"]
        return True
    near = near_literal(path, details["input"]) if details["type"] == "literal_error" else None
    if near and isinstance(parent, dict):
        parent[str(last)] = near
        return not seen
    if _means_a_number(details) and isinstance(parent, dict):
        parent[str(last)] = int(details["input"])
        return not seen
    if isinstance(parent, list) and isinstance(last, int) and last < len(parent):
        _repair_item(data, parent, path, last)
        return True
    if isinstance(parent, dict) and last in parent:
        del parent[str(last)]
    return True


def _take_as_meant(parent: dict[str, Any], path: Path) -> bool:
    """Put the value of an unknown key under the one that was meant, if it fits there; else it goes."""
    meant, value = near_key(path), parent.pop(str(path[-1]), None)
    if meant and meant not in parent and fits((*path[:-1], meant), value):
        parent[meant] = value
    return True


def _rename(parent: dict[str, Any], old: str, new: str) -> None:
    """Rename a key in its place, unless the new one is taken."""
    entries = [(new if key == old and new not in parent else key, value) for key, value in parent.items()]
    parent.clear()
    parent.update((key, value) for key, value in entries if key != old)


def is_understood(details: ErrorDetails) -> bool:
    """Tell whether the repair is what was meant, so that it casts no doubt on what stands beside it."""
    return _means_a_number(details) or details["type"] == "extra_forbidden"


def _means_a_number(details: ErrorDetails) -> bool:
    return details["type"] == "int_type" and re.fullmatch(r"[0-9]{1,9}", str(details["input"])) is not None


def _repair_item(data: Any, items: list[Any], path: Path, position: int) -> None:  # noqa: ANN401
    """Mappings in a list stay in their places, so that later faults keep their positions; plain values go.

    A zone stays too: how many there are decides how many ranges each tier has.
    """
    if path[0] == "checks" and len(path) == 2:  # noqa: PLR2004 - `checks` and a position
        items[position] = {"get": "/"}
    elif path[:-1] == ("network", "zones"):
        items[position] = f"{data.get('region', 'us-east-1')}{'abcdef'[position % 6]}"
    else:
        items.pop(position)


def _repair_whole(value: dict[str, Any], fault: str) -> bool:
    """Mend a mapping that is wrong as a whole."""
    if fault == "rule:SVC101":
        value.pop("build", None)
        value["image"] = _HARMLESS["image"]
    elif fault == "rule:SEC103":
        value.pop("keys", None)
        value["format"] = "plain"
    elif fault == "rule:CHK101":
        for method in ("head", "post", "put", "patch", "delete"):
            value.pop(method, None)
        value["get"] = "/"
    else:
        return False
    return True


def _harmless(data: Any, path: Path) -> Any:  # noqa: ANN401
    """A value that a missing key may take for the time of the judging; a tier is taken for one of its own name."""
    key = str(path[-1])
    network = data.get("network") if isinstance(data, dict) else None
    if key == "nat":
        return "single" if "nat_gateway" in str(network) else "none"
    if not isinstance(network, dict):
        return _HARMLESS.get(key)
    tiers, tables = network.get("subnets"), network.get("route_tables")
    if key == "subnets" and isinstance(tiers, dict) and tiers:
        return path[-2] if path[-2] in tiers else next(iter(tiers))
    if key == "route_table" and isinstance(tables, dict) and tables:
        # Any other tier's table might lead to the internet, and what is said of that would mislead.
        tables.setdefault(str(path[-2]), {"default_route": "nat_gateway" if network.get("nat") != "none" else "none"})
        return path[-2]
    return _HARMLESS.get(key)


def value_at(data: Any, path: Path) -> Any:  # noqa: ANN401
    """The value at a path of plain data, or None."""
    for part in path:
        if isinstance(data, dict):
            data = data.get(str(part))
        elif isinstance(data, list) and isinstance(part, int) and part < len(data):
            data = data[part]
        else:
            return None
    return data
