"""A document -> a Stack, and every fault of shape at its place.

A document with faults is repaired where a harmless value is known, so that the rules can judge the rest of it in the
same run; which of their findings may come from a repair is decided here.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from stage3c.diagnostics import Fault, Path
from stage3c.language.faults import fault_at, near_key
from stage3c.language.fixes import certain_edit
from stage3c.language.flattened import flattened
from stage3c.language.model.stack import Stack
from stage3c.language.repair import is_understood, repair, value_at
from stage3c.language.source import Document, plain

_ROUNDS: Final = 12
_OF_AN_ENTITY: Final = 2  # `services.web`; an unknown key of the spec itself says nothing of the rest
_TOGETHER: Final = (
    {"cpu", "memory_mib"},
    {"min", "desired", "max"},
    {"initial", "max", "type", "iops", "throughput_mibps"},
    {"version", "instance_class"},
    {"backup_window", "maintenance_window"},
    {"interval_seconds", "timeout_seconds"},
    {"cidr", "zones"},
)
"""Keys that rules compare with each other: a repair of one casts doubt on what is said of the others."""


class Shape(Struct, frozen=True):
    """What came of a document: a stack if there is enough of it, and the paths at which it was repaired."""

    stack: Stack | None
    faults: tuple[Fault, ...]
    repaired: tuple[Path, ...] = ()

    def doubts(self, path: Path) -> bool:
        """Tell whether what a rule says of this path may come from a repair."""
        return any(
            path == repaired[: len(path)] or repaired == path[: len(repaired)] or _judged_together(path, repaired)
            for repaired in self.repaired
        )


def _judged_together(path: Path, other: Path) -> bool:
    return path[:-1] == other[:-1] and any({path[-1], other[-1]} <= keys for keys in _TOGETHER if path)


def shape(document: Document) -> Shape:
    """Validate a document; every fault is reported once."""
    data = plain(document.root)
    flat = list(flattened(document, data))
    found: dict[Path, Fault] = {fault.path: fault for fault in flat}
    understood: set[Path] = set()
    above: set[Path] = set()
    for _ in range(_ROUNDS):
        try:
            stack = Stack.model_validate(data)
        except ValidationError as error:
            faults = dict(_faults(error, data))
        else:
            doubtful = found.keys() - understood
            return Shape(stack, tuple(found.values()), (*doubtful, *_around(understood)))
        for path in _missing_under_another_name(faults):
            del faults[path]
        fresh = {path: details for path, details in faults.items() if path not in found}
        for path, details in fresh.items():
            if path not in above:  # a repair below may leave a fault above
                found[path] = replace(fault_at(document, path, details), edit=certain_edit(document, path, details))
        above |= {path[:length] for path in fresh for length in range(len(path))}
        inmost_last_first = sorted(
            faults.items(), key=lambda item: [str(part).zfill(9) for part in item[0]], reverse=True
        )
        understood |= {path for path, details in fresh.items() if is_understood(details)}
        mended = [repair(data, path, details, seen=path not in fresh) for path, details in inmost_last_first]
        if not all(mended):
            break
    return Shape(None, tuple(found.values()))


def _around(understood: Iterable[Path]) -> Iterator[Path]:
    """The parts whose findings may come from an unknown key without a known meaning: the entities that have one."""
    yield from (path[:-1] for path in understood if len(path) > _OF_AN_ENTITY and not near_key(path))


def _missing_under_another_name(faults: Mapping[Path, ErrorDetails]) -> list[Path]:
    """Keys that are missing because they are misspelt: the unknown key is the fault."""
    meant = {(*path[:-1], near_key(path)) for path, each in faults.items() if each["type"] == "extra_forbidden"}
    return [path for path, each in faults.items() if each["type"] == "missing" and path in meant]


def _faults(error: ValidationError, data: Any) -> Iterator[tuple[Path, ErrorDetails]]:  # noqa: ANN401
    """The errors by the path that was written; of a union's branches only the one that was meant."""
    seen: set[Path] = set()
    for details in error.errors(include_url=False):
        path, branch = _written(details, data)
        value = value_at(data, path)
        if branch == "str" and isinstance(value, dict):
            continue
        if branch and branch[0].isupper() and not isinstance(value, dict) and details["type"] == "model_type":
            continue
        if path not in seen:
            seen.add(path)
            yield path, details


def _written(details: ErrorDetails, data: Any) -> tuple[Path, str]:  # noqa: ANN401
    """Drop from pydantic's location what stands in no file, such as the name of a union's branch."""
    path: list[str | int] = []
    branch = ""
    location = details["loc"]
    for position, part in enumerate(location):
        if part == "[key]":
            break
        is_last_missing = details["type"] == "missing" and position == len(location) - 1
        if isinstance(data, dict) and (part in data or is_last_missing):
            path.append(part)
            data = data.get(part)
        elif isinstance(data, list) and isinstance(part, int) and part < len(data):
            path.append(part)
            data = data[part]
        elif isinstance(part, str):
            branch = part
    return tuple(path), branch
