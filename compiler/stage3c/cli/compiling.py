"""What is made of a spec: `validate`, `build`, `contract`, `bootstrap` and `prove`."""

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from stage3c.cli.changes import at_revision, judged_changes, on_disk
from stage3c.cli.console import (
    FINDINGS,
    GENERATED,
    USAGE,
    Env,
    Findings,
    Fix,
    Format,
    Fresh,
    Out,
    Specs,
    Table,
    compile_all,
    fail,
    finish,
    judged,
    print_findings,
    rendered,
    say,
    settings_of,
    write,
)
from stage3c.diagnostics import Diagnostic
from stage3c.output import files, report
from stage3c.pipeline import Build

app = typer.Typer()


@app.command()
def validate(specs: Specs, env: Env = None, fix: Fix = False, output: Findings = Format.TEXT) -> None:
    """Check specs; without --fix, nothing is written."""
    if fix:
        from stage3c.cli.rewriting import fix_all  # noqa: PLC0415 - only --fix needs it

        fix_all(specs, env)
    compilations, diagnostics = compile_all(specs, env)
    print_findings(compilations, diagnostics, output)
    finish(diagnostics, f"{len(specs)} spec{'s' if len(specs) > 1 else ''} checked")


@app.command()
def build(
    specs: Specs,
    env: Env = None,
    out: Out = GENERATED,
    check: Fresh = False,
    fix: Fix = False,
    against: Annotated[
        str | None,
        typer.Option("--against", metavar="REF", help="With --check, report what changes since this git revision."),
    ] = None,
    output: Findings = Format.TEXT,
) -> None:
    """Compile specs to Terraform JSON, one folder per stack, and report what the change would replace or destroy."""
    if against is not None and not check:
        fail(USAGE, "--against works only with --check.", f"add --check --against {shlex.quote(against)}.")
    if fix and check:
        fail(USAGE, "--check writes nothing, and --fix does.", "run stage3c validate --fix first.")
    if fix:
        from stage3c.cli.rewriting import fix_all  # noqa: PLC0415 - only --fix needs it

        fix_all(specs, env)

    def changes(build: Build) -> list[Diagnostic]:
        folder = out / build.stack_name
        try:
            return judged_changes(build, on_disk(folder) if against is None else at_revision(folder, against))
        except files.FileError as error:
            fail(USAGE, report.printable(error.cause), report.printable(error.fix))

    judges = not check or against is not None
    builds, diagnostics = judged(specs, env, output, out, changes if judges else lambda _: [])
    # One environment does not know what the others give to the same service; and a trial elsewhere leaves the code alone.
    whole = env is None and out.resolve() == GENERATED.resolve()
    modules = settings_of(builds, known=True) if whole else {}
    changed = [path for path, text in modules.items() if files.stale({path: text})]
    write(rendered(builds, out) | modules, builds, diagnostics, check=check)
    for path in changed:
        say(f"wrote {report.printable(str(path))}")
    finish(diagnostics, f"{len(builds)} stack{'s' if len(builds) != 1 else ''} built")


@app.command()
def contract(specs: Specs, check: Fresh = False, output: Findings = Format.TEXT) -> None:
    """Write a settings module for every service built here, with the variables of its task definition."""
    builds, diagnostics = judged(specs, None, output)
    texts = settings_of(builds, known=False)
    write(texts, builds, diagnostics, check=check)
    for path in texts:
        say(f"wrote {report.printable(str(path))}")
    finish(diagnostics, f"{len(texts)} settings module{'s' if len(texts) != 1 else ''} written")


@app.command()
def bootstrap(
    specs: Specs,
    env: Env = None,
    out: Out = GENERATED,
    migrate: Annotated[
        bool,
        typer.Option(
            "--migrate", help="Also write backend.tf.json, which moves the state of this stack into its bucket."
        ),
    ] = False,
    check: Fresh = False,
    output: Findings = Format.TEXT,
) -> None:
    """Write the Terraform stack of the state bucket and its lock table."""
    from stage3c.output.render import state_store_files  # noqa: PLC0415 - as in `build`
    from stage3c.resources.state_store import state_stores  # noqa: PLC0415 - likewise

    builds, diagnostics = judged(specs, env, output)
    stores = state_stores(build.stack for build in builds)
    for store in stores:
        _look_for_others(out / store.name / "main.tf.json", store.tables)
    texts = {
        out / store.name / name: text
        for store in stores
        for name, text in state_store_files(store, moved=migrate).items()
    }
    write(texts, builds, diagnostics, check=check)
    finish(diagnostics, "see the README next to it for how to apply it")


def _look_for_others(path: Path, tables: Sequence[str]) -> None:
    """Fail if the stack on disk has a lock table that none of the specs uses: Terraform would destroy it."""
    try:
        document = files.read_json(path) if files.is_file(path) else {}
        there = {str(table["name"]) for table in document.get("resource", {}).get("aws_dynamodb_table", {}).values()}
    except (files.FileError, AttributeError, KeyError, TypeError):
        return  # it is nothing that was written here, and about to be
    others = sorted(there - set(tables))
    if others:
        cause = f"{path} has lock table {others[0]}, which none of these specs uses; Terraform would destroy it."
        fix = f"add the spec that uses {others[0]} to the command; if there is none, delete {path} first."
        fail(USAGE, report.printable(cause), fix)


@app.command()
def prove(
    path: Annotated[
        Path, typer.Argument(metavar="SPEC|FOLDER", help="Spec file, or Terraform folder with your own .tf files.")
    ],
    env: Env = None,
    var_file: Annotated[
        list[Path] | None, typer.Option("--var-file", help="Variable file (.tfvars) of a folder; repeatable.")
    ] = None,
    output: Annotated[Table, typer.Option("--format", help="Output format.")] = Table.TEXT,
) -> None:
    """Print why the stack will work: each network flow with its path, each permission with the statement that grants it."""
    from stage3c.cli import proving  # noqa: PLC0415 - only this command needs it

    if path.is_dir() or path.name.endswith((".tf", ".json")):
        found, clean = proving.of_folder(path, [str(file) for file in var_file or []])
    else:
        found, clean = proving.of_spec(path, env, Format(output.value))
    print(proving.as_text(found, clean, as_json=output is Table.JSON), end="")
    if not all(each["proven"] for each in found):
        raise typer.Exit(FINDINGS)
