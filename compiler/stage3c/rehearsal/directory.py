"""Where an address of the emulated network really listens: what finds a task, and what starts one, meet here.

A task or a database has an address and ports in the emulated VPC, and really listens on loopback ports of this machine.
"""

import threading
from typing import NamedTuple


class Place(NamedTuple):
    """A real address on this machine."""

    host: str
    port: int


class Directory:
    """Address and port in the emulated VPC to a real address; safe to use from several threads."""

    def __init__(self) -> None:
        """Start empty."""
        self._lock = threading.Lock()
        self._places: dict[tuple[str, int], tuple[Place, str]] = {}

    def add(self, ip: str, port: int, place: tuple[str, int], owner: str) -> None:
        """Add an address that `owner`, such as the ARN of a task, listens on; it replaces an earlier owner of the address."""
        with self._lock:
            self._places[ip, port] = (Place(*place), owner)

    def remove(self, owner: str) -> None:
        """Forget every address of an owner; one that has none is no error."""
        with self._lock:
            self._places = {key: value for key, value in self._places.items() if value[1] != owner}

    def where(self, ip: str, port: int) -> Place | None:
        """The real address, or None where nothing listens."""
        with self._lock:
            found = self._places.get((ip, port))
        return found[0] if found else None

    def owners(self) -> dict[str, list[tuple[str, int]]]:
        """Every owner with its addresses in the emulated VPC, in the order in which they were added."""
        found: dict[str, list[tuple[str, int]]] = {}
        with self._lock:
            for key, (_, owner) in self._places.items():
                found.setdefault(owner, []).append(key)
        return found
