"""Break a kept rehearsal in every way of the table, one after another: `python -m tests.rehearsal.breaks`.

Prints a line for each, and exits 1 unless each is explained by its own sentence and nothing is wrong in the end. Words choose
breaks by their incident or description: `python -m tests.rehearsal.breaks inc0 "log group"`.
"""

import sys
import tempfile
import time
from pathlib import Path

from tests.rehearsal.breaks.code import CODE
from tests.rehearsal.breaks.kept import Kept, kept
from tests.rehearsal.breaks.resources import RESOURCES
from tests.rehearsal.breaks.table import ACCOUNT, Break

TABLE = (*RESOURCES, *CODE, *ACCOUNT)


def broken(kept: Kept, each: Break) -> str:
    """What the rehearsal says while something is broken; it is mended afterwards."""
    undo = each.make(kept)
    try:
        return each.judge(kept)
    finally:
        undo()


def chosen(words: list[str]) -> list[Break]:
    """Those whose incident or description contains one of some words; all without any."""
    return [each for each in TABLE if not words or any(word in f"{each.incident} {each.what}" for word in words)]


def main(words: list[str]) -> int:
    missed, began = 0, time.monotonic()
    table = chosen(words)
    with tempfile.TemporaryDirectory() as logs, kept(Path(logs)) as stack:
        for each in table:
            said = broken(stack, each)
            caught = each.expected in said
            missed += not caught
            sys.stdout.write(f"{'caught' if caught else 'MISSED':<7} {each.incident:<7} {each.what}: {said}\n")
            sys.stdout.flush()
        left = stack.judged()
    total, minutes = f"{len(table) - missed} of {len(table)} caught", (time.monotonic() - began) / 60
    sys.stdout.write(f"{total} in {minutes:.0f} minutes; afterwards: {left or 'nothing is wrong'}\n")
    return int(bool(missed or left))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
