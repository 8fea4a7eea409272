"""Rows of a preflight as text: one line each, with the cause and the fix below those that are not fine. Pure."""

import json
from collections import Counter
from collections.abc import Sequence

from stage3c.language.model.stack import Stack
from stage3c.live.preflight import Row


def as_table(rows: Sequence[Row]) -> str:
    """Rows in the order of their ids, each on lines of its own."""
    return "".join(f"{_lines(row)}\n" for row in rows)


def as_json(stack: Stack, rows: Sequence[Row]) -> str:
    """The same for programs."""
    told = {"stack": stack.name, "rows": [row.as_object() for row in rows]}
    return json.dumps(told, indent=2, ensure_ascii=False) + "\n"


def summary(rows: Sequence[Row]) -> str:
    """How it went, in a few words."""
    counts = Counter(row.outcome for row in rows)
    warned = f", {counts['warning']} to look at" if counts["warning"] else ""
    return f"{counts['ok']} fine, {counts['error']} would stop the apply{warned}, {counts['unknown']} unknown"


def _lines(row: Row) -> str:
    head = f"{row.outcome:<8} {row.check.id}  {row.check.title}"
    told = [f"         cause: {row.cause}" if row.cause else "", f"         fix: {row.fix}" if row.fix else ""]
    return "\n".join([head, *(line for line in told if line)])
