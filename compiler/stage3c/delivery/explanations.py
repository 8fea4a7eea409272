"""Explanations of failures as text and as JSON."""

import json
from collections.abc import Sequence
from typing import Any

from stage3c.delivery.known_failures import Explanation
from stage3c.delivery.places import place_of
from stage3c.diagnostics import format_path
from stage3c.pipeline import Build


def as_text(explanations: Sequence[Explanation], build: Build | None) -> str:
    """One block for each failure."""
    return "\n".join("\n".join(_lines(explanation, build)) + "\n" for explanation in explanations)


def as_json(explanations: Sequence[Explanation], build: Build | None) -> str:
    """`{"failures": […]}`."""
    found = [as_object(explanation, build) for explanation in explanations]
    return json.dumps({"failures": found}, indent=2, ensure_ascii=False) + "\n"


def as_object(explanation: Explanation, build: Build | None) -> dict[str, Any]:
    """One failure for a program."""
    failure = explanation.failure
    place = place_of(explanation, build) if build else None
    return {
        "key": failure.key,
        "area": failure.area,
        "title": failure.title,
        "log_line": explanation.line,
        "quote": explanation.quote,
        "cause": failure.cause,
        "fix": failure.fix,
        "look_at": format_path(place[0]) if place else failure.look_at,
        "file": place[1].file if place else None,
        "line": place[1].line if place else None,
        "rules": list(failure.rules),
        "incident": failure.incident or None,
        "source": failure.source,
        "read_on": failure.read_on,
    }


def _lines(explanation: Explanation, build: Build | None) -> list[str]:
    told = as_object(explanation, build)
    where = f"{told['look_at']} ({told['file']}:{told['line']})" if told["file"] else told["look_at"]
    return [
        f"{told['area']}: {told['title']}",
        f"  line {told['log_line']}: {told['quote']}",
        f"  cause: {told['cause']}",
        f"  fix: {told['fix']}",
        *([f"  look at: {where}"] if where else []),
        *([f"  prevented by: {', '.join(told['rules'])}"] if told["rules"] else []),
        f"  source: {told['source']} ({told['read_on']})",
    ]


def as_sentence(explanation: Explanation, build: Build, of: str = "") -> str:
    """One failure in a line, with the place in the spec; `of` is what it happened to, such as `services.web`."""
    failure, place = explanation.failure, place_of(explanation, build)
    title = failure.title[:1].lower() + failure.title[1:] if failure.title[1:2].islower() else failure.title
    line = f" ({place[1].file}:{place[1].line}, {format_path(place[0])})" if place and place[0] else ""
    what = f"{of}: {title}" if of else title
    return f"{what}: {explanation.quote.rstrip('.')}. {failure.cause}{line} Fix: {failure.fix}"
