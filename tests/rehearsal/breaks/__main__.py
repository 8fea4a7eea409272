"""Break a kept rehearsal in every way of the table, one after another: `python -m tests.rehearsal.breaks`.

Prints a line for each, and exits 1 unless each is explained by its own sentence and nothing is wrong in between.
"""

import sys
import tempfile
from pathlib import Path

from tests.rehearsal.breaks.kept import Kept, kept
from tests.rehearsal.breaks.table import TABLE, Break


def broken(kept: Kept, each: Break) -> str:
    """What the rehearsal says while something is broken; it is mended afterwards."""
    undo = each.make(kept)
    try:
        return kept.judged()
    finally:
        undo()


def main() -> int:
    missed = 0
    with tempfile.TemporaryDirectory() as logs, kept(Path(logs)) as stack:
        for each in TABLE:
            said = stack.judged() or broken(stack, each)
            caught = each.expected in said
            missed += not caught
            sys.stdout.write(f"{'caught' if caught else 'MISSED':<7} {each.incident:<7} {each.what}: {said}\n")
            sys.stdout.flush()
        left = stack.judged()
    sys.stdout.write(f"{len(TABLE) - missed} of {len(TABLE)} caught; afterwards: {left or 'nothing is wrong'}\n")
    return int(bool(missed or left))


if __name__ == "__main__":
    sys.exit(main())
