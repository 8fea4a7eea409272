"""`stage3c fmt`: specs in one layout, with their comments."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from stage3c.cli.console import FINDINGS, Format, Specs, file_fault, finish, print_all
from stage3c.cli.rewriting import difference, lines_shown, overwrite
from stage3c.diagnostics import Diagnostic
from stage3c.language.source import read
from stage3c.output import files
from stage3c.rules import diagnosed

app = typer.Typer(rich_markup_mode=None)
_STANDARD_INPUT = Path("-")


@app.command("fmt")
def fmt(
    specs: Specs,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit 1 and print a diff if a spec is not formatted.")
    ] = False,
) -> None:
    """Format specs: indentation, spaces and blank lines. Comments, quotes and the order of keys stay."""
    read_as: dict[Path, bytes] = {}
    old: dict[Path, str] = {}
    new: dict[Path, str] = {}
    faults: list[Diagnostic] = []
    lines: dict[str, tuple[str, ...]] = {}
    for path in dict.fromkeys(specs):
        name = "stdin.yaml" if path == _STANDARD_INPUT else str(path)
        try:
            data = files.read_spec(path)
        except files.FileError as error:
            faults.append(file_fault(name, error))
            continue
        text, found = _formatted(data, name)
        faults += found
        read_as[path] = data
        old[path] = data.decode("utf-8-sig", "replace")
        new |= {} if text is None else {path: text}
        lines[name] = lines_shown(old[path], name) if found else ()
    print_all(faults, lines, Format.TEXT)
    changed = {path: text for path, text in new.items() if text != old[path]}
    if check:
        print("".join(difference(str(path), old[path], text) for path, text in changed.items()), end="")
    else:
        overwrite({path: (read_as[path], text) for path, text in changed.items() if path != _STANDARD_INPUT})
        sys.stdout.write(new.get(_STANDARD_INPUT, ""))
    verb = "to format" if check else "formatted"
    finish(faults, f"{len(changed)} of {len(specs)} spec{'s' if len(specs) != 1 else ''} {verb}")
    if check and changed:
        raise typer.Exit(FINDINGS)


def _formatted(data: bytes, name: str) -> tuple[str | None, list[Diagnostic]]:
    """The formatted text, or why it cannot be read."""
    from stage3c.language.formatting import formatted  # noqa: PLC0415 - only this command needs it

    document, faults = read(data, name)
    return (formatted(document, data.decode("utf-8-sig")) if document else None), [diagnosed(each) for each in faults]
