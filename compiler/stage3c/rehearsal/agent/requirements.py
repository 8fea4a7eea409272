"""Whether this program's own Python has what a service needs."""

import sys
import tomllib
from collections.abc import Iterable, Iterator
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet


def project(folder: Path) -> dict[str, Any]:
    """The table `project` of a folder's pyproject.toml; empty where it cannot be read."""
    try:
        document = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    found = document.get("project")
    return found if isinstance(found, dict) else {}


def suits(version: str, told: dict[str, Any]) -> bool:
    """Tell whether a project admits a version of Python."""
    try:
        return version in SpecifierSet(str(told.get("requires-python", "")))
    except InvalidSpecifier:
        return False


def missing(requirements: Iterable[str]) -> list[str]:
    """The names of packages that this Python does not have in a required version, extras included."""
    seen: set[tuple[str, str]] = set()
    return sorted({name for text in requirements for name in _missing(text, "", seen)})


def _missing(text: str, extra: str, seen: set[tuple[str, str]]) -> Iterator[str]:
    try:
        wanted = Requirement(text)
    except InvalidRequirement:
        yield text
        return
    if wanted.marker is not None and not wanted.marker.evaluate({"extra": extra}):
        return
    try:
        found = distribution(wanted.name)
    except PackageNotFoundError:
        yield wanted.name
        return
    if not wanted.specifier.contains(found.version, prereleases=True):
        yield wanted.name
    for each in wanted.extras:
        if (wanted.name, each) not in seen:
            seen.add((wanted.name, each))
            for more in found.requires or ():
                if "extra" in more:
                    yield from _missing(more, each, seen)


def here() -> str:
    """The version of this Python."""
    return ".".join(map(str, sys.version_info[:3]))
