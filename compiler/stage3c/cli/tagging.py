"""The command that changes the tag of an image in a spec."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from stage3c.cli.completion import complete_assignments
from stage3c.cli.console import GENERATED, USAGE, Env, Format, compile_all, fail, finish, print_findings, say
from stage3c.cli.live import Here
from stage3c.diagnostics import has_errors
from stage3c.output import files, report
from stage3c.pipeline import compile_spec

app = typer.Typer()

Written = Annotated[Path, typer.Argument(metavar="SPEC", help="Spec file to change.", show_default=False)]
Assignments = Annotated[
    list[str],
    typer.Argument(
        metavar="SERVICE=TAG…",
        help="Service and its new tag; `auto` is a hash of the build context and the architecture.",
        autocompletion=complete_assignments,
        show_default=False,
    ),
]


@app.command()
def tag(spec: Written, services: Assignments, env: Env = None) -> None:
    """Write the image tag of services into the spec, in place; all of them or none."""
    from stage3c.delivery import tags  # noqa: PLC0415 - only what edits specs needs it
    from stage3c.live.account import LiveError  # noqa: PLC0415 - likewise

    if str(spec) == "-":
        fail(USAGE, "standard input cannot be changed in place.", "use the path of a spec.")
    try:
        write_tags(spec, env, tags.assignments(services))
    except (LiveError, files.FileError) as error:
        Here(spec, env, GENERATED / spec.stem).fail(error)


def write_tags(spec: Path, env: str | None, wanted: Mapping[str, str]) -> None:
    """Write tags by service into a spec and say what changed; raises `LiveError` and `FileError`."""
    from stage3c.delivery import build_context, spec_file, tags  # noqa: PLC0415 - as above

    compilations, diagnostics = compile_all([spec], env)
    if has_errors(diagnostics):
        print_findings(compilations, diagnostics, Format.TEXT)
        finish(diagnostics, "nothing was changed")
    builds = next(iter(compilations.values())).builds
    spec_file.refuse_links(spec)
    before = files.read_spec(spec)
    after, changes = tags.with_tags(
        before,
        str(spec),
        builds,
        env,
        wanted,
        lambda folder, architecture: build_context.context_tag(Path(folder), architecture),
    )
    _refuse_errors(spec, env, after)
    if after != before:
        spec_file.replace(spec, before, after)
    for change in changes:
        step = f"{change.before} -> {change.after}" if change.before != change.after else f"{change.after} already"
        say(report.printable(f"{'.'.join(change.path)}: {step}"))
        for name in change.elsewhere:
            say(
                report.printable(f"environment {name} has a tag of its own, which stays: add --env {name} to change it")
            )


def _refuse_errors(spec: Path, env: str | None, after: bytes) -> None:
    """Leave where the spec would have errors with these tags."""
    compilation = compile_spec(after, str(spec), env)
    if has_errors(compilation.diagnostics):
        print_findings({str(spec): compilation}, compilation.diagnostics, Format.TEXT)
        finish(compilation.diagnostics, "nothing was changed")
