"""Where an address of the emulated network really listens: what finds a task, and what starts one, meet here.

A task or a database has an address and ports in the emulated VPC, and really listens on loopback ports of this machine.
"""

import threading
from collections.abc import Callable
from typing import NamedTuple


class Place(NamedTuple):
    """A real address on this machine."""

    host: str
    port: int


class Directory:
    """Address and port in the emulated VPC to a real address; safe to use from several threads."""

    def __init__(self) -> None:
        """Start empty."""
        self._changed = threading.Condition()
        self._places: dict[tuple[str, int], tuple[Place, str]] = {}

    def add(self, ip: str, port: int, place: tuple[str, int], owner: str) -> None:
        """Say that `owner`, such as the ARN of a task, listens; the last one to say so has the address."""
        with self._changed:
            self._places[ip, port] = (Place(*place), owner)
            self._changed.notify_all()

    def remove(self, owner: str) -> None:
        """Forget every address of an owner; one that has none is no error."""
        with self._changed:
            self._places = {key: value for key, value in self._places.items() if value[1] != owner}
            self._changed.notify_all()

    def where(self, ip: str, port: int) -> Place | None:
        """The real address, or None where nothing listens."""
        with self._changed:
            found = self._places.get((ip, port))
        return found[0] if found else None

    def owners(self) -> dict[str, list[tuple[str, int]]]:
        """Everyone who listens, each with the addresses in the emulated VPC, in the order of their arrival."""
        found: dict[str, list[tuple[str, int]]] = {}
        with self._changed:
            for key, (_, owner) in self._places.items():
                found.setdefault(owner, []).append(key)
        return found

    def wait_until(self, holds: Callable[[], bool], seconds: float) -> bool:
        """Wait for a change after which something holds; False if it does not within the time."""
        with self._changed:
            return self._changed.wait_for(holds, seconds)
