"""What expressions read from files beside the configuration: `file`, `templatefile`, and their relatives.

Owns the meaning of these functions (https://developer.hashicorp.com/terraform/language/functions/file and its neighbours,
2026-11-28) and how much is read. Opens nothing itself: whoever calls decides what may be read.
"""

import base64
import hashlib
from collections.abc import Callable, Mapping
from typing import Any, Final

from msgspec import Struct, field

from stage3c.graph import Ref
from stage3c.readers.nodes import Node
from stage3c.readers.reading import OpenFile
from stage3c.readers.results import FAILED, Frame, Result, Scope, known
from stage3c.readers.scalars import Failed, NotKnown, to_text
from stage3c.readers.syntax import parse_template
from stage3c.readers.templates import SyntaxFault

_BYTES_MAX: Final = 16 * 2**20
"""Of all files together that expressions read."""
_PRIVATE: Final = b"-----BEGIN"
"""The start of a key or certificate, which decides nothing that we judge, and must not be shown."""


class LocalFiles(Struct):
    """The files that expressions of one configuration read, each read once."""

    open_file: OpenFile
    left: int = _BYTES_MAX
    _contents: dict[str, bytes | Exception] = field(default_factory=dict)

    def content(self, path: str) -> bytes:
        """The bytes of a file; raises `Failed` where there is none, `NotKnown` where it may not be read."""
        if path not in self._contents:
            self._contents[path] = self._read(path)
        found = self._contents[path]
        if isinstance(found, Exception):
            raise found
        return found

    def _read(self, path: str) -> bytes | Exception:
        if "/~" in path or self.left < 0:  # Terraform takes ~ for the home folder
            return NotKnown()
        try:
            data = self.open_file(path)
        except FileNotFoundError:
            return Failed()
        except OSError:
            return NotKnown()
        self.left -= len(data)
        return NotKnown() if _PRIVATE in data or self.left < 0 else data

    def template(self, path: str, count: Callable[[str, bytes], None]) -> Node:
        """A file as a template; `count` is told what is about to be parsed, and raises where it is too much."""
        data = self.content(path)
        count(path, data)
        try:
            return parse_template(_text(data))
        except SyntaxFault:
            raise Failed from None


class _Inside(Struct, frozen=True):
    """The frame of a template: it knows nothing but the variables that it is given, and may call no other template."""

    frame: Frame

    def root(self, name: str) -> Result:  # noqa: ARG002 - as every frame
        return FAILED

    def setting(self, ref: Ref) -> Result:
        return self.frame.setting(ref)

    def exists(self, ref: Ref) -> bool:
        return self.frame.exists(ref)

    def content(self, path: str) -> bytes:
        return self.frame.content(path)

    def template(self, path: str) -> Node:
        raise Failed(path)

    def hide(self, value: Result) -> Result:
        return self.frame.hide(value)

    def spend(self) -> None:
        self.frame.spend()


def template_scope(scope: Scope, variables: Result) -> Scope:
    """The scope in which a template is evaluated; raises `NotKnown` where its variables are not known by name."""
    if not isinstance(variables, dict):
        raise NotKnown
    return Scope(_Inside(scope.frame), variables, scope.depth)


def path_of(scope: Scope, value: Result) -> str:
    """The path that an argument is."""
    return to_text(known(value, scope.frame))


def _text(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise Failed from None


def _exists(scope: Scope, path: Result) -> Result:
    try:
        return scope.frame.content(path_of(scope, path)) is not None
    except Failed:
        return False


def _of_content(make: Callable[[bytes], str]) -> Callable[[Scope, Result], Result]:
    return lambda scope, path: make(scope.frame.content(path_of(scope, path)))


def _hex(name: str) -> Callable[[bytes], str]:
    return lambda data: hashlib.new(name, data, usedforsecurity=False).hexdigest()


def _base64(name: str) -> Callable[[bytes], str]:
    return lambda data: base64.b64encode(hashlib.new(name, data, usedforsecurity=False).digest()).decode()


OF_FILES: Final[Mapping[str, Callable[..., Any]]] = {
    "file": _of_content(_text),
    "filebase64": _of_content(lambda data: base64.b64encode(data).decode()),
    "fileexists": _exists,
    "filemd5": _of_content(_hex("md5")),
    "filesha1": _of_content(_hex("sha1")),
    "filesha256": _of_content(_hex("sha256")),
    "filesha512": _of_content(_hex("sha512")),
    "filebase64sha256": _of_content(_base64("sha256")),
    "filebase64sha512": _of_content(_base64("sha512")),
}
