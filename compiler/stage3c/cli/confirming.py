"""Confirmations on the terminal before something is changed."""

import sys

from stage3c.cli.console import USAGE, fail, say


def require_yes(question: str, otherwise: str) -> None:
    """Leave unless the question is answered with yes; `otherwise` is the state of things then, as in "nothing was changed"."""
    say(f"{question} Type yes:")
    if _line().lower() not in ("y", "yes"):
        fail(USAGE, f"not confirmed, and {otherwise}.", "type yes, or add --yes.")


def require_name(name: str, purpose: str, otherwise: str) -> None:
    """Leave unless the name of the stack is typed; `purpose` completes "to"."""
    say(f"Type the name of the stack, {name}, to {purpose}:")
    if _line() != name:
        fail(USAGE, f"that is not the stack's name, and {otherwise}.", f"type {name}.")


def _line() -> str:
    return sys.stdin.readline().strip()
