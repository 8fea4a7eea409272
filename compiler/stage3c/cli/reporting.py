"""`stage3c report`: a page about a spec or about a folder of anybody's Terraform."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from stage3c.cli.console import ENVIRONMENT, USAGE, compile_all, fail, finish
from stage3c.cli.progress import working
from stage3c.diagnostics import Diagnostic
from stage3c.language.model.check import METHODS
from stage3c.output import files, report
from stage3c.pipeline import Build
from stage3c.resources.secrets import DATABASE_KEYS

app = typer.Typer(rich_markup_mode=None)
_HELP = """Write an HTML page: a picture of the stack, flows, permissions, names, secrets, alarms, checks and findings.

Examples:

  stage3c report stage3c.yaml

  stage3c report infra/ --out infra.html
"""
_SPECS = (".yaml", ".yml")


@app.command("report", help=_HELP)
def write_report(
    path: Annotated[Path, typer.Argument(metavar="SPEC|FOLDER", help="Spec, Terraform folder, or plan as JSON.")],
    out: Annotated[
        Path | None, typer.Option("--out", help="File to write (default: the name of SPEC or FOLDER with .html).")
    ] = None,
) -> None:
    """Judge, prove, draw, write."""
    name = path.stem if path.suffix in _SPECS else path.resolve().name.partition(".")[0]
    target = out or Path(f"{name}.html")
    with working("proving and drawing"):
        text, found = _of_spec(path) if path.suffix in _SPECS or str(path) == "-" else _of_terraform(path)
    try:
        files.write_all({target: text})
    except files.FileError as error:
        fail(ENVIRONMENT, error.cause, error.fix)
    finish(found, f"wrote {report.printable(str(target))}")


def _of_spec(path: Path) -> tuple[str, Sequence[Diagnostic]]:
    from stage3c.output.page import as_page, section_of  # noqa: PLC0415 - jinja2 is slow to import

    compilations, found = compile_all([path], None)
    builds = [build for each in compilations.values() for build in each.builds if build.graph]
    sections = [section_of(build.graph, build.stack_name, _tables(build)) for build in builds if build.graph]
    hidden = [each.hidden for each in compilations.values()]
    text = as_page(path.stem, sections, found)
    for each in hidden:
        text = "".join(each.clean(line) for line in text.splitlines(keepends=True))
    return text, found


def _tables(build: Build) -> dict[str, Sequence[Sequence[str]]]:
    """What the spec says beside the resources: names, keys of secrets and checks."""
    from stage3c.output.name_list import names_of  # noqa: PLC0415 - likewise
    from stage3c.output.page import tables_of  # noqa: PLC0415 - likewise

    assert build.graph is not None
    names = [
        [row.name, row.kind, f"{len(row.name)} of {row.max_chars}", f"{row.file}:{row.line}"] for row in names_of(build)
    ]
    keys = [[name, secret.format, ", ".join(secret.keys)] for name, secret in build.stack.secrets.items()]
    keys += [[name, "of a database", ", ".join(DATABASE_KEYS)] for name in build.stack.databases]
    checks = [
        [f"{method.upper()} {getattr(check, method)}", str(check.status), ", ".join(check.json_values)]
        for check in build.stack.checks
        for method in METHODS
        if getattr(check, method)
    ]
    found: dict[str, Sequence[Sequence[str]]] = {"Names": [["name", "type", "length", "spec"], *names]}
    found |= {"Keys of secrets": [["secret", "format", "keys"], *keys]} if keys else {}
    found |= tables_of(build.graph)
    return found | ({"Checks": [["request", "status", "JSON values"], *checks]} if checks else {})


def _of_terraform(path: Path) -> tuple[str, Sequence[Diagnostic]]:
    from stage3c import gate  # noqa: PLC0415 - likewise
    from stage3c.audits import audit, unread  # noqa: PLC0415 - likewise
    from stage3c.output.page import as_page, section_of, tables_of  # noqa: PLC0415 - likewise

    try:
        reading = files.read_terraform(path, [])
    except files.FileError as error:
        fail(USAGE, report.printable(error.cause), report.printable(error.fix))
    found = gate.without_ignored(audit(reading), reading.lines)
    title = path.resolve().name
    missing = unread(reading)
    sections = [section_of(reading.graph, title, tables_of(reading.graph), not_read=missing)] if reading.graph else []
    text = as_page(title, sections, found)
    return "".join(reading.hidden.clean(line) for line in text.splitlines(keepends=True)), found
