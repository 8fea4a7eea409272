"""A status as one screen of text, and as JSON. Pure."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

from stage3c.delivery.status import Alarm, Alarms, Cell, Deployment, Running, ServiceStatus, Status
from stage3c.diagnostics import clip
from stage3c.wording import aligned

_UNITS: Final = ((86_400, "d"), (3600, "h"), (60, "min"), (1, "s"))
_UNITS_MIN: Final = 2
"""So many of a unit are enough to tell by it."""
_REASON_MAX_CHARS: Final = 100
_HEADS: Final = ("service", "image", "revision", "age", "tasks", "targets", "deployment")
_ENDED_MAX: Final = 2
"""How many ended deployments of a service the screen shows; JSON has all that were read."""
_DONE: Final = "COMPLETED"


def as_text(status: Status) -> str:
    """The screen."""
    lines = [f"{status.stack}  {status.region}  {status.at:%Y-%m-%d %H:%M} UTC", ""]
    lines += aligned([_HEADS, *(_row(each, status.at) for each in status.services)])
    deployments = list(_deployments(status))
    lines += ["", "deployments", *deployments] if deployments else []
    lines += ["", *_facts(status)]
    unknown = dict.fromkeys(_unknown(status))
    lines += ["", *(f"unknown: {reason}" for reason in unknown)] if unknown else []
    return "\n".join(line.rstrip() for line in lines) + "\n"


def as_json(status: Status) -> str:
    """The same for programs; times in ISO 8601, a cell as `{"value": …, "unknown": ""}`."""
    return json.dumps(asdict(status), indent=2, ensure_ascii=False, default=_written) + "\n"


def cells(status: Status) -> Iterator[Cell[Any]]:
    """All cells, for who counts those that are unknown."""
    for each in status.services:
        of_service: tuple[Cell[Any], ...] = (each.service, each.image, each.targets, each.ended)
        yield from of_service
    yield status.alarms
    yield from status.certificates.values()
    yield from status.secrets.values()
    yield status.state
    yield status.lock


def age(since: datetime | None, at: datetime) -> str:
    """Shape: "5 min", "3 d"; "-" if unknown."""
    if since is None:
        return "-"
    seconds = max(0, int((at - since).total_seconds()))
    size, unit = next((each for each in _UNITS if seconds >= each[0] * _UNITS_MIN), _UNITS[-1])
    return f"{seconds // size} {unit}"


def _written(value: Any) -> str:  # noqa: ANN401 - what JSON has no form for
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _row(each: ServiceStatus, at: datetime) -> tuple[str, ...]:
    running = each.service.value
    if running is None:
        return (each.key, "unknown" if each.service.unknown else "not deployed", *["-"] * 5)
    return (
        each.key,
        _image(each.image),
        running.revision.rpartition(":")[2],
        age(running.since, at),
        f"{running.running}/{running.desired}",
        _targets(each.targets),
        _going(running),
    )


def _image(cell: Cell[str]) -> str:
    """The last part of an image; the registry and its folders are the same for all."""
    return "unknown" if cell.unknown else (cell.value or "-").rpartition("/")[2]


def _targets(cell: Cell[Mapping[str, int]]) -> str:
    if cell.unknown or cell.value is None:
        return "unknown" if cell.unknown else "-"
    return ", ".join(f"{count} {state}" for state, count in sorted(cell.value.items())) or "none"


def _going(running: Running) -> str:
    return running.deployments[0].status.lower().replace("_", " ") if running.deployments else "-"


def _deployments(status: Status) -> Iterator[str]:
    """What goes on and is not complete, and how the last ones ended."""
    rows = []
    for each in status.services:
        going = each.service.value.deployments if each.service.value else ()
        rows += [_deployment(each.key, one, status.at) for one in going if one.status != _DONE]
        rows += [_deployment(each.key, one, status.at) for one in (each.ended.value or ())[:_ENDED_MAX]]
    return (f"  {line}" for line in aligned(rows))


def _deployment(key: str, one: Deployment, at: datetime) -> tuple[str, ...]:
    state = one.status.lower().replace("_", " ")
    return key, one.id, f"{age(one.created, at)} ago", state, clip(one.reason, _REASON_MAX_CHARS)


def _facts(status: Status) -> list[str]:
    rows: list[tuple[str, str, str]] = [("alarms", "", _alarms(status.alarms))]
    if status.alarms.value:
        rows += [("", "", _alarm(alarm, status.at)) for alarm in status.alarms.value.loud]
    for name, certificate in status.certificates.items():
        told = certificate.value
        left = f", {(told.until - status.at).days} days left" if told and told.until else ""
        rows.append(("certificate", name, _or_unknown(certificate, f"{told.status.lower()}{left}" if told else "")))
    for name, secret in status.secrets.items():
        value = secret.value
        when = f"changed {age(value.changed, status.at)} ago" if value else ""
        rows.append(("secret", name, _or_unknown(secret, when if not value or value.has_value else "without a value")))
    state = status.state.value
    written = (
        f"serial {state.serial}, written {age(state.written, status.at)} ago, {state.size:,} bytes" if state else ""
    )
    rows.append(("state", "", _or_unknown(status.state, written)))
    rows.append(("lock", "", "unknown" if status.lock.unknown else status.lock.value or "free"))
    return aligned(rows)


def _or_unknown(cell: Cell[Any], told: str) -> str:
    return "unknown" if cell.unknown else told or "does not exist"


def _alarms(cell: Cell[Alarms]) -> str:
    told = cell.value
    if told is None:
        return "unknown"
    missing = f", {told.wanted - told.existing} missing" if told.wanted > told.existing else ""
    return f"{told.existing - len(told.loud)} of {told.wanted} ok{missing}" if told.wanted else "none in the spec"


def _alarm(alarm: Alarm, at: datetime) -> str:
    since = f" for {age(alarm.since, at)}" if alarm.since else ""
    return f"{alarm.state.lower().replace('_', ' ')}{since}: {alarm.name}"


def _unknown(status: Status) -> Iterator[str]:
    yield from (cell.unknown for cell in cells(status) if cell.unknown)
