"""The server itself: extended, on a loopback port."""

import sys
import warnings

warnings.simplefilter("ignore")

from moto.server import main  # noqa: E402 - its imports warn

from stage3c.rehearsal.emulator.extensions import extend_all  # noqa: E402 - likewise

if __name__ == "__main__":
    extend_all()
    main(["-H", "127.0.0.1", "-p", sys.argv[1]])
