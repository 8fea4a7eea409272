"""Commands that change a spec itself: certain fixes, how the difference is shown, and how the file is written."""

import difflib
from collections.abc import Mapping, Sequence
from pathlib import Path

from stage3c import api
from stage3c.cli.console import ENVIRONMENT, USAGE, fail, say
from stage3c.language.privacy import without_secrets, without_values
from stage3c.language.source import read
from stage3c.output import files, in_place, report


def lines_shown(text: str, name: str) -> tuple[str, ...]:
    """The lines of a spec without the values that may be secrets."""
    document, _ = read(text.encode("utf-8", "surrogatepass"), name)
    return without_secrets(document, ())[1] if document else without_values(text.splitlines())


def difference(name: str, old: str, new: str) -> str:
    """What changes in a spec, as a diff without the values that may be secrets."""
    lines = difflib.unified_diff(
        lines_shown(old, name), lines_shown(new, name), name, f"{name} (new)", n=2, lineterm=""
    )
    return "".join(f"{report.printable(line)}\n" for line in lines)


def overwrite(changes: Mapping[Path, tuple[bytes, str]]) -> None:
    """Write the new text of specs over the bytes that were read, all or none."""
    try:
        in_place.replace_all(changes)
    except files.FileError as error:
        fail(ENVIRONMENT, report.printable(error.cause), report.printable(error.fix))
    for path in changes:
        say(f"wrote {report.printable(str(path))}")


def fix_all(specs: Sequence[Path], env: str | None) -> None:
    """Apply the fixes that are certain to specs, and show what has changed; a file that cannot be read is reported later."""
    if Path("-") in specs:
        fail(USAGE, "--fix cannot change standard input.", "name a file.")
    changed: dict[Path, tuple[bytes, str]] = {}
    for path in dict.fromkeys(specs):
        try:
            data = files.read_spec(path)
            text = data.decode("utf-8")
        except (files.FileError, UnicodeDecodeError):
            continue
        fixed, count = api.fix(text, str(path), env)
        if count:
            changed[path] = (data, fixed)
            say(difference(str(path), text, fixed) + f"{count} fix{'es' if count > 1 else ''} applied")
    overwrite(changed)
