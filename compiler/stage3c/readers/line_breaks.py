"""Line breaks and `~` inside `${…}` of a quoted text, which Terraform takes and python-hcl2's grammar does not.

Line breaks move behind the text, so that everything after it stays on its line; `~` takes away the blanks beside it.
"""

import re
from typing import Final

from stage3c.readers.templates import closing

_NEXT: Final = re.compile(r'#[^\n]*|//[^\n]*|/\*|<<-?([A-Za-z][\w.-]{0,100})\r?\n|"', re.ASCII)
_PIECE: Final = re.compile(r'\\.|\$\$\{|%%\{|\$\{|%\{|"', re.DOTALL)
_COMMENT: Final = re.compile(r"(?:#|//)[^\n]*(?=\n)")
_BLANKS_AFTER: Final = re.compile(r"(?:\s|\\[nrt])*")


def joined(text: str) -> str:
    """The text with every interpolation on one line; raises `SyntaxFault` where one is not closed."""
    found: list[str] = []
    position = 0
    while next_ := _NEXT.search(text, position):
        end = _end(text, next_)
        found.append(text[position:end])
        position = end
        if next_[0] == '"':
            written, position, breaks = _string(text, position)
            found.append(written + "\n" * breaks)
    return "".join([*found, text[position:]])


def _end(text: str, found: re.Match[str]) -> int:
    """Where a comment or a heredoc ends that begins here; of a quoted text, behind its first quote."""
    if found[0] == "/*":
        end = text.find("*/", found.end())
        return end + 2 if end >= 0 else len(text)
    if found[1]:
        last = re.compile(rf"^[ \t]*{re.escape(found[1])}[ \t\r]*$", re.MULTILINE).search(text, found.end())
        return last.end() if last else len(text)
    return found.end()


def _string(text: str, start: int) -> tuple[str, int, int]:
    """A quoted text from behind its first quote: what it is on one line, where it ends, and the line breaks taken out."""
    found, position, breaks = "", start, 0
    while piece := _PIECE.search(text, position):
        found += text[position : piece.end()]
        position = piece.end()
        if piece[0] == '"':
            return found, position, breaks
        if piece[0] in ("${", "%{"):
            end = closing(text, position)
            inner = text[position:end]
            breaks += inner.count("\n")
            if piece[0] == "${" and inner.startswith("~"):
                found = _without_blanks(found[:-2]) + "${"
            found += _on_one_line(inner.strip("~") if piece[0] == "${" else inner)
            position = end
            if piece[0] == "${" and inner.endswith("~"):
                found += "}"
                position = _BLANKS_AFTER.match(text, end + 1).end()  # type: ignore[union-attr] # nothing matches as well
    return found + text[position:], len(text), breaks


def _without_blanks(text: str) -> str:
    """A text without the blanks at its end, also those that are written as escapes."""
    end = len(text)
    while end:
        if text[end - 1].isspace():
            end -= 1
        elif text.endswith((r"\n", r"\r", r"\t"), 0, end) and text[end - 3 : end - 2] != "\\":
            end -= 2
        else:
            break
    return text[:end]


def _on_one_line(inner: str) -> str:
    return _COMMENT.sub("", inner).replace("\r", "").replace("\n", " ").rstrip() if "\n" in inner else inner
