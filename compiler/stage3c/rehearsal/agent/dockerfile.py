"""What a Dockerfile says about the process of its last stage: command and variables. Pure.

https://docs.docker.com/reference/dockerfile/ (from memory): CMD, ENTRYPOINT and ENV of the last stage; nothing is built.
"""

import json
import re
import shlex
from collections.abc import Iterator

from msgspec import Struct

_CONTINUED = re.compile(r"\\[ \t]*\n")
_COMMENT = re.compile(r"^[ \t]*#.*\n?", re.MULTILINE)


class Image(Struct, frozen=True):
    """The process of an image."""

    entry_point: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    environment: dict[str, str] = {}


def read(text: str) -> Image:
    """Read the last stage; instructions that are not known are passed over."""
    entry_point: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    environment: dict[str, str] = {}
    for word, rest in _instructions(text):
        match word:
            case "FROM":
                entry_point, command, environment = (), (), {}
            case "ENTRYPOINT":
                entry_point = _words(rest)
            case "CMD":
                command = _words(rest)
            case "ENV":
                environment |= _assigned(rest)
    return Image(entry_point, command, environment)


def _instructions(text: str) -> Iterator[tuple[str, str]]:
    whole = _CONTINUED.sub(" ", _COMMENT.sub("", text.replace("\r\n", "\n")))
    for line in whole.splitlines():
        word, _, rest = line.strip().partition(" ")
        if word:
            yield word.upper(), rest.strip()


def _words(rest: str) -> tuple[str, ...]:
    """The JSON form, or else a line for the shell of the image."""
    try:
        found = json.loads(rest)
    except ValueError:
        found = None
    if isinstance(found, list) and all(isinstance(each, str) for each in found):
        return tuple(found)
    return ("/bin/sh", "-c", rest)


def _assigned(rest: str) -> dict[str, str]:
    """`ENV A=1 B="2 3"`, or the old form `ENV A 1`."""
    try:
        words = shlex.split(rest)
    except ValueError:
        return {}
    if words and "=" not in words[0]:
        return {words[0]: " ".join(words[1:])}
    return {name: value for name, found, value in (word.partition("=") for word in words) if found}
