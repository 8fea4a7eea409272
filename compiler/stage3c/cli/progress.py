"""Waiting: signs of life on standard error while something takes longer than two seconds, and pauses between polls."""

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext

from stage3c.cli.console import say

_FIRST_SECONDS = 2.0
_THEN_SECONDS = 5.0


@contextmanager
def waiting(what: str) -> Iterator[None]:
    """Say every few seconds what is going on, and for how long already."""
    done = threading.Event()
    began = time.monotonic()

    def tell() -> None:
        pause = _FIRST_SECONDS
        while not done.wait(pause):
            say(f"{what} ({time.monotonic() - began:.0f} s)")
            pause = _THEN_SECONDS

    teller = threading.Thread(target=tell, daemon=True)
    teller.start()
    try:
        yield
    finally:
        done.set()
        teller.join()


def pausing(poll_seconds: float) -> Callable[[float], bool]:
    """For something that is waited for from now on: each call pauses, and returns False once so many seconds have gone by."""
    began = time.monotonic()

    def again(most_seconds: float) -> bool:
        left = most_seconds - (time.monotonic() - began)
        time.sleep(max(min(poll_seconds, left), 0))
        return left > 0

    return again


@contextmanager
def working(what: str) -> Iterator[None]:
    """The same for work on this machine, and only on a terminal: what a program reads stays the same on a slow machine."""
    with waiting(what) if sys.stderr.isatty() else nullcontext():
        yield
