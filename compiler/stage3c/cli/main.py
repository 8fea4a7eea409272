"""The command line: the only place that prints and exits.

Data goes to standard output, messages to standard error. Exit 0 clean, 1 findings, 2 usage, 3 environment, 70 internal error.
"""

import gc
import json
import os
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, NoReturn

# What a short run need not pay for: looking for plugins of pydantic, of which there are none, and tidying up all the time.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
gc.set_threshold(50_000, 20, 50)

import typer

from stage3c import __version__
from stage3c.aws import names
from stage3c.cli import (
    auditing,
    ci,
    failures,
    formatting,
    jobs,
    operating,
    release,
    reporting,
    rollback,
    sessions,
    starting,
    states,
    tagging,
)
from stage3c.cli import delivery as delivery_commands
from stage3c.cli import live as live_commands
from stage3c.cli import rehearse as rehearse_command
from stage3c.cli.changes import at_revision, judged_changes, on_disk
from stage3c.cli.console import (
    FINDINGS,
    GENERATED,
    USAGE,
    Catalogue,
    Env,
    Findings,
    Fix,
    Format,
    Fresh,
    Language,
    Out,
    Spec,
    Specs,
    Table,
    compile_all,
    fail,
    finish,
    judged,
    print_findings,
    rendered,
    rule_ids,
    say,
    settings_of,
    write,
)  # fmt: skip
from stage3c.cli.examples import add_examples
from stage3c.cli.rewriting import fix_all
from stage3c.diagnostics import Diagnostic, has_errors
from stage3c.output import files, report
from stage3c.pipeline import Build
from stage3c.rules import by_subject, catalogue
from stage3c.wording import nearest

app = typer.Typer(
    name="stage3c",
    help="Compile a one-page spec of a web application on AWS to Terraform, and reject what cannot work.",
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(live_commands.app)
app.add_typer(rehearse_command.app)
app.add_typer(delivery_commands.app)
app.add_typer(tagging.app)
app.add_typer(jobs.app)
app.add_typer(ci.app)
app.add_typer(operating.app)
app.add_typer(release.app)
app.add_typer(rollback.app)
app.add_typer(states.app)
app.add_typer(sessions.app)
app.add_typer(auditing.app)
app.add_typer(starting.app)
app.add_typer(formatting.app)
app.add_typer(reporting.app)


@app.command()
def validate(specs: Specs, env: Env = None, fix: Fix = False, output: Findings = Format.TEXT) -> None:
    """Check specs; without --fix, nothing is written."""
    if fix:
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
    out: Out = Path("generated"),
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


@app.command("names")
def list_names(
    spec: Spec,
    env: Env = None,
    output: Annotated[Table, typer.Option("--format", help="Output format.")] = Table.TEXT,
) -> None:
    """List the AWS names of a spec with their length limits and source lines."""
    from stage3c.output.name_list import as_table, names_of  # noqa: PLC0415 - only this command lists names

    compilations, diagnostics = compile_all([spec], env)
    if has_errors(diagnostics):
        print_findings(compilations, diagnostics, Format(output.value))
        finish(diagnostics, "no names listed")
    rows = [row for compilation in compilations.values() for build in compilation.builds for row in names_of(build)]
    if output is Table.JSON:
        print(json.dumps({"names": [row.as_object() for row in rows]}, indent=2, ensure_ascii=False))
        return
    print(as_table(rows))


@app.command("check-name")
def check_name(
    kind: Annotated[
        str, typer.Argument(metavar="TYPE.ATTRIBUTE", help="Kind of name, such as aws_lb.name; - reads JSON lines.")
    ],
    name: Annotated[str | None, typer.Argument(metavar="NAME")] = None,
) -> None:
    """Check whether AWS accepts a name; exit 0 if it does, 1 if not."""
    if kind == "-":
        for row in names.judge_lines(line.decode("utf-8", "surrogateescape") for line in sys.stdin.buffer):
            print(json.dumps(row))
        return
    if name is None:
        fail(USAGE, "NAME is missing.", "run stage3c check-name aws_lb.name my-load-balancer.")
    verdict = names.judge(kind, name)
    if not verdict.known:
        near = names.nearest_kind(kind)
        fail(
            USAGE,
            f"{report.printable(kind)} is not a known type and attribute.",
            f"use {near}." if near else "use for example aws_lb.name; stage3c names SPEC lists more.",
        )
    shown = report.printable(json.dumps(name, ensure_ascii=False))
    if verdict.legal:
        print(f"{shown} is a valid {kind}.")
        return
    for reason in verdict.broken:
        print(f"{shown} is not a valid {kind}: it {report.printable(reason)}.")
    raise typer.Exit(FINDINGS)


@app.command()
def rules(
    output: Annotated[Catalogue, typer.Option("--format", help="Output format.")] = Catalogue.TEXT,
) -> None:
    """List all rules."""
    from stage3c.output import rule_pages  # noqa: PLC0415 - only this command and `explain` print rules

    writers = {Catalogue.JSON: rule_pages.as_json, Catalogue.MARKDOWN: rule_pages.as_markdown}
    print(writers.get(output, rule_pages.as_list)(by_subject()), end="")


@app.command()
def explain(
    rule_id: Annotated[
        str, typer.Argument(metavar="RULE", help="Id of the rule, such as NET101.", autocompletion=rule_ids)
    ],
) -> None:
    """Explain a rule: what it finds, why it matters and how to fix it."""
    code = rule_id.upper()
    if code.startswith("PRE"):
        from stage3c.live.checks import all_checks  # noqa: PLC0415 - only these ids need them

        if code in all_checks():
            print(all_checks()[code].explanation())
            return
    rule = catalogue().get(code)
    if rule is None:
        near = nearest(code, catalogue())
        fix = f"use {near}." if near else "run stage3c rules for a list."
        fail(USAGE, f"{report.printable(rule_id)} is not a rule.", fix)
    from stage3c.output import rule_pages  # noqa: PLC0415 - only this command and `rules` print rules

    print(rule_pages.explanation(rule))


@app.command()
def schema(
    output: Annotated[Language, typer.Option("--format", help="Output format.")] = Language.JSON,
) -> None:
    """Print the JSON Schema of the spec language, for editors, or its reference as Markdown."""
    from stage3c.language.json_schema import spec_schema  # noqa: PLC0415 - only this command needs it
    from stage3c.output import reference  # noqa: PLC0415 - likewise

    if output is Language.MARKDOWN:
        print(reference.as_markdown(spec_schema()), end="")
    else:
        print(json.dumps(spec_schema(), indent=2, ensure_ascii=False))


def main() -> NoReturn:
    """Run the command; a closed pipe or Ctrl-C ends it without a traceback, and a bug of ours with one line."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    failures.run(app)


@app.callback(invoke_without_command=True)
def _version(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", "-V", help="Print the version and exit.")] = False,
) -> None:
    if version:
        print(__version__)
        raise typer.Exit
    if context.invoked_subcommand is None:
        print(context.get_help())
        raise typer.Exit


add_examples(app)


if __name__ == "__main__":
    main()
