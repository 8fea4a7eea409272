"""The server itself: extended, on a loopback port.

With `--asked` it answers each line of standard input with its inventory as a line of JSON, and ends with its input.
"""

import json
import os
import sys
import threading
import warnings

warnings.simplefilter("ignore")

from moto.server import main  # noqa: E402 - its imports warn

from stage3c.rehearsal.emulator.extensions import extend_all  # noqa: E402 - likewise
from stage3c.rehearsal.emulator.inventory import inventory  # noqa: E402 - likewise


def _answer() -> None:
    for _ in sys.stdin:
        sys.stdout.write(json.dumps(inventory()) + "\n")
        sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    extend_all()
    if "--asked" in sys.argv:
        threading.Thread(target=_answer, daemon=True).start()
    main(["-H", "127.0.0.1", "-p", sys.argv[1]])
