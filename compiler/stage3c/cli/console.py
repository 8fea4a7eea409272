"""What the commands share: their options, how specs are compiled, how files are written and how findings are printed.

Data goes to standard output, messages to standard error. Exit 0 clean, 1 findings, 2 usage, 3 environment, 70 internal error.
"""

import os
import sys
from collections.abc import Callable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from stage3c.api import compiled
from stage3c.cli.changes import kept_in, on_disk, with_moves
from stage3c.diagnostics import Diagnostic, Fault, Severity, Span, has_errors, in_order
from stage3c.disclosure import Hidden
from stage3c.output import files, report
from stage3c.pipeline import Build, Compilation, clashes
from stage3c.rules import catalogue, diagnosed

GENERATED = Path("generated")
FINDINGS, USAGE, ENVIRONMENT, INTERNAL = 1, 2, 3, 70


class Format(StrEnum):
    """Formats of findings."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"
    SARIF = "sarif"
    JUNIT = "junit"


class FailOn(StrEnum):
    """The least severity that makes a command exit with 1."""

    ERROR = "error"
    WARNING = "warning"


class Table(StrEnum):
    """Formats of lists."""

    TEXT = "text"
    JSON = "json"


class Catalogue(StrEnum):
    """Formats of the rules."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


class Language(StrEnum):
    """Formats of the spec language."""

    JSON = "json"
    MARKDOWN = "markdown"


Specs = Annotated[
    list[Path], typer.Argument(metavar="SPEC…", help="Spec files to read; - reads standard input.", show_default=False)
]
Spec = Annotated[
    Path, typer.Argument(metavar="SPEC", help="Spec file to read; - reads standard input.", show_default=False)
]
Env = Annotated[str | None, typer.Option("--env", help="Environment to use (default: all).")]
Out = Annotated[Path, typer.Option("--out", help="Output folder; each stack gets a folder in it.")]
Fresh = Annotated[
    bool, typer.Option("--check", help="Write nothing; exit 1 and print a diff if the output is out of date.")
]
Fix = Annotated[
    bool,
    typer.Option("--fix", help="Apply the fixes that are certain (slips in keys, quotes, sizes) to the specs first."),
]
Findings = Annotated[Format, typer.Option("--format", help="Output format of findings.")]


def compile_all(
    specs: Sequence[Path], env: str | None, out: Path = GENERATED
) -> tuple[dict[str, Compilation], list[Diagnostic]]:
    """Compile specs: the compilations by file, and all findings, including unreadable files and clashes between specs.

    `out` has the previous output, whose automatic priorities and addresses are kept.
    """
    from stage3c.cli.progress import working  # noqa: PLC0415 - it prints with `say`

    compilations: dict[str, Compilation] = {}
    diagnostics: list[Diagnostic] = []
    for path in dict.fromkeys(specs):
        try:
            name = "stdin.yaml" if str(path) == "-" else str(path)
            with working(f"compiling {report.printable(name)}"):
                compilations[name] = compiled(files.read_spec(path), name, env, lambda stack: kept_in(out / stack))
        except files.FileError as error:
            diagnostics.append(file_fault(str(path), error))
    diagnostics += [found for compilation in compilations.values() for found in compilation.diagnostics]
    diagnostics += clashes([build for compilation in compilations.values() for build in compilation.builds])
    return compilations, in_order(diagnostics)


def judged(
    specs: Sequence[Path],
    env: str | None,
    output: Format,
    out: Path = GENERATED,
    changes: Callable[[Build], list[Diagnostic]] = lambda _: [],
) -> tuple[list[Build], list[Diagnostic]]:
    """Compile specs and print their findings, with those of `changes` for each build; errors end the command."""
    compilations, diagnostics = compile_all(specs, env, out)
    builds = [
        with_moves(build, on_disk(out / build.stack_name))
        for compilation in compilations.values()
        for build in compilation.builds
    ]
    if not has_errors(diagnostics):
        diagnostics = in_order([*diagnostics, *(found for build in builds for found in changes(build))])
    print_findings(compilations, diagnostics, output)
    if has_errors(diagnostics):
        finish(diagnostics, "nothing was written")
    return builds, diagnostics


def one_build(spec: Path, env: str | None, output: Format, out: Path = GENERATED) -> Build:
    """Compile the one stack that a command works on; errors are printed and end the command."""
    compilations, diagnostics = compile_all([spec], env, out)
    if has_errors(diagnostics):
        print_findings(compilations, diagnostics, output)
        finish(diagnostics, "nothing was checked")
    builds = next(iter(compilations.values())).builds
    if len(builds) != 1:
        names = ", ".join(build.environment for build in builds)
        fail(
            USAGE,
            f"the spec has several environments: {names}; this command needs one.",
            f"add --env {builds[0].environment}.",
        )
    return with_moves(builds[0], on_disk(out / builds[0].stack_name))


def file_fault(path: str, error: files.FileError) -> Diagnostic:
    """A file that cannot be read, as a finding."""
    return diagnosed(Fault("SPEC108", error.cause, error.fix, Span(path)))


def rendered(builds: Sequence[Build], out: Path) -> dict[Path, str]:
    """Render stacks: the texts by path."""
    from stage3c.cli.progress import working  # noqa: PLC0415 - it prints with `say`
    from stage3c.output.render import stack_files  # noqa: PLC0415 - cdktf and jinja2 are slow to import, and validate needs neither

    with working("writing Terraform"):
        return {out / made.stack_name / name: text for made in builds for name, text in stack_files(made).items()}


def settings_of(builds: Sequence[Build], *, known: bool) -> dict[Path, str]:
    """Render settings modules: the texts by path, only of those written before if `known`."""
    from stage3c.output.settings_modules import in_the_way, settings_files, written_before  # noqa: PLC0415 - as in `rendered`

    try:
        texts = settings_files(builds)
        if known:
            return written_before(texts)
        blocked = in_the_way(texts)
    except files.FileError as error:
        fail(USAGE, report.printable(error.cause), report.printable(error.fix))
    if blocked:
        fail(
            USAGE,
            f"{report.printable(str(blocked))} exists and was not written by stage3c.",
            "rename or delete that file, then run the command again.",
        )
    if not texts:
        fail(
            USAGE,
            "no service of these specs has its code below this folder (pyproject.toml, requirements.txt or package.json).",
            "run the command in the folder that the build paths of the spec are relative to.",
        )
    return texts


def write(texts: dict[Path, str], builds: Sequence[Build], diagnostics: Sequence[Diagnostic], *, check: bool) -> None:
    """Write all files or none; with `check`, report whether they are up to date instead."""
    if check:
        _report_stale(texts, Hidden(frozenset(text for build in builds for text in build.hidden.texts)), diagnostics)
    try:
        files.write_all(texts)
    except files.FileError as error:
        fail(ENVIRONMENT, report.printable(error.cause), report.printable(error.fix))
    for path in texts:
        if path.name == "main.tf.json":
            say(f"wrote {report.printable(str(path.parent))}")


def _report_stale(texts: dict[Path, str], hidden: Hidden, diagnostics: Sequence[Diagnostic]) -> NoReturn:
    difference = files.stale(texts)
    if difference:
        print("".join(report.printable(hidden.clean(line)) + "\n" for line in difference.splitlines()), end="")
        say("generated files are out of date; run the same command without --check")
        raise typer.Exit(FINDINGS)
    finish(diagnostics, "generated files are up to date")
    raise typer.Exit


def print_findings(compilations: dict[str, Compilation], diagnostics: Sequence[Diagnostic], output: Format) -> None:
    """Print the findings of specs."""
    print_all(diagnostics, {file: compilation.lines for file, compilation in compilations.items()}, output)


def print_all(diagnostics: Sequence[Diagnostic], lines: report.Lines, output: Format) -> None:
    """Print findings in a format."""
    writers: dict[Format, Any] = {
        Format.JSON: report.as_json,
        Format.GITHUB: report.as_github,
        Format.SARIF: report.as_sarif,
    }
    if output is Format.JUNIT:
        from stage3c.output.junit import as_junit  # noqa: PLC0415 - the entities of HTML take a millisecond

        writers[output] = as_junit
    for bug in {bug.cause: bug for bug in report.bugs(diagnostics)}.values():  # one bug may make several rules fail
        say(f"error: {report.as_line(bug)}")
    if output in writers:
        text = writers[output](diagnostics)
        print(text, end="" if output is Format.GITHUB else "\n")
        return
    text = report.as_text(diagnostics, lines, colour=_wants_colour())
    if text:
        print(text)


def finish(diagnostics: Sequence[Diagnostic], outcome: str, rest: str = "", *, strict: bool = False) -> None:
    """Print the outcome; exit with 1 if there are errors or, if strict, warnings; 2 for unreadable files, 70 for our bugs."""
    counts = report.summary(diagnostics)
    say(f"{outcome}: {counts or 'no findings'}{f'; {rest}' if rest else ''}")
    if report.bugs(diagnostics):
        raise typer.Exit(INTERNAL)
    if has_errors(diagnostics):
        raise typer.Exit(
            USAGE if all(d.code == "SPEC108" for d in diagnostics if d.severity is Severity.ERROR) else FINDINGS
        )
    if strict and any(each.severity is Severity.WARNING for each in diagnostics):
        raise typer.Exit(FINDINGS)


def fail(code: int, cause: str, fix: str) -> NoReturn:
    """Print an error with its fix, and exit."""
    say(f"error: {cause}\n  fix: {fix}")
    raise typer.Exit(code)


def rule_ids(incomplete: str) -> list[str]:
    """The ids that begin like what was typed, for shell completion."""
    return [code for code in catalogue() if code.startswith(incomplete.upper())]


def say(text: str) -> None:
    """Print a message on standard error."""
    print(text, file=sys.stderr)


def _wants_colour() -> bool:
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
