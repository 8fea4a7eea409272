"""Lays a rule's Terraform example over `example.tf`, the working stack beside this file.

A block of the overlay replaces the stack's block of the same type and labels; `# without aws_x.y` removes one. The text
of the overlay follows unchanged, so it may also show what no parser accepts.
"""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

_HEAD = re.compile(r'^([a-z]+)((?: "[^"]*")*) \{', re.MULTILINE)
_WITHOUT = re.compile(r"^# without (\S+)$", re.MULTILINE)


def blocks(text: str) -> Iterator[tuple[str, str]]:
    """Yield each top-level block with its address: `aws_lb.web`, `data.aws_vpc.main`, `provider.aws`, `terraform`.

    A block starts in the first column and ends with the next line that is `}` alone.
    """
    lines = text.splitlines(keepends=True)
    for start, line in enumerate(lines):
        if (head := _HEAD.match(line)) is None:
            continue
        labels = re.findall(r'"([^"]*)"', head[2])
        opened = not line.rstrip().endswith("}")
        end = next((at for at in range(start, len(lines)) if lines[at].rstrip() == "}"), start) if opened else start
        yield ".".join(labels if head[1] == "resource" else [head[1], *labels]), "".join(lines[start : end + 1])


def replaced(overlay: str) -> set[str]:
    """The addresses of the stack that an overlay replaces or removes."""
    return {*(address for address, _ in blocks(overlay)), *_WITHOUT.findall(overlay)}


@cache
def stack() -> str:
    """The working stack, read once."""
    return Path(__file__).with_name("example.tf").read_text(encoding="utf-8")


def laid_over(overlay: str) -> str:
    """The stack with an overlay on it."""
    gone = replaced(overlay)
    return "\n".join([*(text for address, text in blocks(stack()) if address not in gone), overlay])


def counterpart(overlay: str) -> str:
    """The stack's own version of the blocks that an overlay replaces or removes."""
    gone = replaced(overlay)
    return "\n".join(text for address, text in blocks(stack()) if address in gone)
