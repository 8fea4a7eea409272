"""Host names that are reached at an address of one's own choice instead of where the DNS says. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_WORDS: Final = re.compile(r"(?P<host>[^:\s]+):(?P<port>\d{1,5}):(?P<at>[^:\s]+):(?P<at_port>\d{1,5})")
_PORT_MAX: Final = 65_535


@dataclass(frozen=True, slots=True)
class Detour:
    """Where each host name and port is reached; every other name has no address."""

    places: Mapping[tuple[str, int], tuple[str, int]]
    """Names in lower case; `*.example.com` stands for each name with one more label."""
    authority: Path | None = None
    """Who signs their certificates; None: whom the system trusts."""

    def place(self, host: str, port: int) -> tuple[str, int] | None:
        """Where a host is reached, or None."""
        name = host.lower()
        exact = self.places.get((name, port))
        return exact or self.places.get((f"*.{name.partition('.')[2]}", port))

    def knows(self, host: str) -> bool:
        """Tell whether a host is reached at any port."""
        return any(self.place(host, port) for _, port in self.places)


def parsed(texts: Iterable[str]) -> Detour | None:
    """Read `HOST:PORT:ADDRESS:PORT`, as curl's `--connect-to` has it; None if one is something else."""
    places: dict[tuple[str, int], tuple[str, int]] = {}
    for text in texts:
        found = _WORDS.fullmatch(text)
        if found is None or not all(0 < int(found[name]) <= _PORT_MAX for name in ("port", "at_port")):
            return None
        places[found["host"].lower(), int(found["port"])] = (found["at"], int(found["at_port"]))
    return Detour(places)


def written(detour: Detour) -> list[str]:
    """The same as text."""
    return [f"{host}:{port}:{at}:{at_port}" for (host, port), (at, at_port) in sorted(detour.places.items())]
