"""A small process that cleans up when a rehearsal ends, also when it is killed: run as `python keeper.py`.

It reads JSON lines from standard input: `{"group": 12}` a process group was started, `{"ended": 12}` it has ended,
`{"folder": "/tmp/x"}` a folder to delete. When the input ends, it kills what still runs and deletes the folders.
"""

import json
import os
import shutil
import signal
import sys
import time
from collections.abc import Iterable

_TRIES_MAX = 50
_PAUSE_SECONDS = 0.1


def keep(lines: Iterable[str]) -> None:
    """Read until the other side is gone, then clean up."""
    groups: set[int] = set()
    folders: set[str] = set()
    for line in lines:
        try:
            told = json.loads(line)
        except ValueError:  # the other side was killed while it wrote
            continue
        groups.update([told["group"]] if "group" in told else [])
        groups.difference_update([told["ended"]] if "ended" in told else [])
        folders.update([told["folder"]] if "folder" in told else [])
    for group in groups:
        try:
            os.killpg(group, signal.SIGKILL)
        except OSError:  # it has ended, or is no longer ours
            continue
    for folder in folders:
        for _ in range(_TRIES_MAX):  # what is being killed may still write into it
            shutil.rmtree(folder, ignore_errors=True)
            if not os.path.lexists(folder):
                break
            time.sleep(_PAUSE_SECONDS)


if __name__ == "__main__":
    keep(sys.stdin)
