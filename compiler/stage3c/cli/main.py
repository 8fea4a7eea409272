"""The command line: the only place that prints and exits.

Data goes to standard output, talk to standard error. Exit 0 clean, 1 findings, 2 usage, 3 environment, 70 internal error.
"""

import gc
import json
import os
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
from stage3c.cli import failures
from stage3c.cli import live as live_commands
from stage3c.cli.console import (
    FINDINGS,
    USAGE,
    Env,
    Findings,
    Format,
    Fresh,
    Out,
    Spec,
    Specs,
    compile_all,
    fail,
    finish,
    judged,
    print_all,
    print_findings,
    rendered,
    say,
    settings_of,
    write,
)  # fmt: skip
from stage3c.diagnostics import has_errors
from stage3c.output import files, report
from stage3c.rules import catalogue
from stage3c.wording import nearest

app = typer.Typer(
    name="stage3c",
    help="Compile a one-page spec of a web application on AWS to Terraform, and refuse what cannot work.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(live_commands.app)


@app.command()
def validate(specs: Specs, env: Env = None, output: Findings = Format.TEXT) -> None:
    """Judge specs and write nothing."""
    compilations, diagnostics = compile_all(specs, env)
    print_findings(compilations, diagnostics, output)
    finish(diagnostics, f"{len(specs)} spec{'s' if len(specs) > 1 else ''} judged")


@app.command()
def build(
    specs: Specs,
    env: Env = None,
    out: Out = Path("generated"),
    check: Fresh = False,
    output: Findings = Format.TEXT,
) -> None:
    """Compile specs to Terraform JSON, one folder for each stack."""
    builds, diagnostics = judged(specs, env, output)
    # One environment does not know what the others give to the same service.
    texts = rendered(builds, out) | (settings_of(builds, known=True) if env is None else {})
    write(texts, builds, diagnostics, check=check)
    finish(diagnostics, f"{len(builds)} stack{'s' if len(builds) != 1 else ''} built")


@app.command()
def contract(specs: Specs, check: Fresh = False, output: Findings = Format.TEXT) -> None:
    """Write the settings module of every service that is built here, from the contract of its task definition."""
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
        bool, typer.Option("--migrate", help="Also write the backend: the state of the bucket moves into the bucket.")
    ] = False,
    check: Fresh = False,
    output: Findings = Format.TEXT,
) -> None:
    """Write the stack that other stacks keep their state in: a bucket and its lock table."""
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
    finish(diagnostics, "the README beside it says how to apply it")


def _look_for_others(path: Path, tables: Sequence[str]) -> None:
    """Refuse to leave out a lock table that is there for a spec which is not named this time: Terraform would destroy it."""
    try:
        document = files.read_json(path) if files.is_file(path) else {}
        there = {str(table["name"]) for table in document.get("resource", {}).get("aws_dynamodb_table", {}).values()}
    except (files.FileError, AttributeError, KeyError, TypeError):
        return  # it is nothing that was written here, and about to be
    others = sorted(there - set(tables))
    if others:
        cause = f"{path} has the lock table {others[0]}, which no spec that is named here uses."
        fix = "name every spec that keeps its state there; if none uses it any more, delete that file first."
        fail(USAGE, report.printable(cause), fix)


@app.command()
def prove(
    spec: Spec,
    env: Env = None,
    output: Annotated[Format, typer.Option("--format", help="text or json.")] = Format.TEXT,
) -> None:
    """Print why the stack will work: every flow with its way, every permission with the statement that grants it."""
    from stage3c.output import evidence  # noqa: PLC0415 - only this command tells it

    compilations, diagnostics = compile_all([spec], env)
    if has_errors(diagnostics):
        print_findings(compilations, diagnostics, output)
        finish(diagnostics, "nothing was proven")
    builds = [(build.stack_name, build.graph) for each in compilations.values() for build in each.builds]
    found = [evidence.as_object(graph, name) for name, graph in builds if graph is not None]
    hidden = next(iter(compilations.values())).hidden
    if output is Format.JSON:
        print(hidden.clean(json.dumps({"stacks": found}, indent=2, ensure_ascii=False)))
    else:
        print(hidden.clean("\n".join(report.printable_lines(evidence.as_text(each)) for each in found)), end="")
    if not all(each["proven"] for each in found):
        raise typer.Exit(FINDINGS)


@app.command("audit")
def audit_terraform(
    path: Annotated[
        Path, typer.Argument(metavar="PATH", help="A folder of Terraform, or a plan or state by terraform show -json.")
    ],
    var_file: Annotated[
        list[Path] | None, typer.Option("--var-file", help="Values of variables, as Terraform takes them.")
    ] = None,
    output: Findings = Format.TEXT,
) -> None:
    """Judge Terraform that anybody wrote by the same rules."""
    from stage3c.audit import audit, not_evaluated  # noqa: PLC0415 - the readers are slow to import, and nothing else needs them

    try:
        reading = files.read_terraform(path, [str(file) for file in var_file or []])
    except files.FileError as error:
        fail(USAGE, report.printable(error.cause), report.printable(error.fix))
    diagnostics = audit(reading)
    print_all(diagnostics, reading.lines, output)
    count = len(reading.graph.resources) if reading.graph else 0
    finish(diagnostics, f"{count} resource{'s' if count != 1 else ''} judged", not_evaluated(reading))


@app.command("names")
def list_names(
    spec: Spec,
    env: Env = None,
    output: Annotated[Format, typer.Option("--format", help="text or json.")] = Format.TEXT,
) -> None:
    """List every AWS name of a spec, with its limit and the line that it comes from."""
    from stage3c.output.name_list import as_table, names_of  # noqa: PLC0415 - only this command lists names

    compilations, diagnostics = compile_all([spec], env)
    if has_errors(diagnostics):
        print_findings(compilations, diagnostics, output)
        finish(diagnostics, "no names listed")
    rows = [row for compilation in compilations.values() for build in compilation.builds for row in names_of(build)]
    if output is Format.JSON:
        print(json.dumps({"names": [row.as_object() for row in rows]}, indent=2, ensure_ascii=False))
        return
    print(as_table(rows))


@app.command("check-name")
def check_name(
    kind: Annotated[
        str, typer.Argument(metavar="TYPE.ATTRIBUTE", help="aws_lb.name, or - for JSON lines on standard input.")
    ],
    name: Annotated[str | None, typer.Argument(metavar="NAME")] = None,
) -> None:
    """Judge one name by AWS's rules: exit 0 or 1, with the reason."""
    if kind == "-":
        for row in names.judge_lines(line.decode("utf-8", "surrogateescape") for line in sys.stdin.buffer):
            print(json.dumps(row))
        return
    if name is None:
        fail(USAGE, "check-name needs a name.", "stage3c check-name aws_lb.name my-load-balancer")
    verdict = names.judge(kind, name)
    if not verdict.known:
        near = names.nearest_kind(kind)
        fail(
            USAGE,
            f"no rule is known for {report.printable(kind)}.",
            f"did you mean {near}?" if near else "see the README.",
        )
    shown = report.printable(json.dumps(name, ensure_ascii=False))
    if verdict.legal:
        print(f"{shown} is a legal {kind}.")
        return
    for reason in verdict.broken:
        print(f"{shown} is not a legal {kind}: it {report.printable(reason)}.")
    raise typer.Exit(FINDINGS)


@app.command()
def rules(output: Annotated[Format, typer.Option("--format", help="text or json.")] = Format.TEXT) -> None:
    """List all rules."""
    if output is Format.JSON:
        rows = [{"id": rule.id, "severity": rule.severity, "title": rule.title} for rule in catalogue().values()]
        print(json.dumps({"rules": rows}, indent=2))
        return
    for rule in catalogue().values():
        print(f"{rule.id:<8} {rule.severity:<8} {rule.title}")


@app.command()
def explain(rule_id: Annotated[str, typer.Argument(metavar="RULE", help="A rule's id, such as NET101.")]) -> None:
    """Explain a rule: what it finds, why it matters, how to mend it."""
    code = rule_id.upper()
    if code.startswith("PRE"):
        from stage3c.live.checks import all_checks  # noqa: PLC0415 - only these ids need them

        if code in all_checks():
            print(all_checks()[code].explanation())
            return
    rule = catalogue().get(code)
    if rule is None:
        near = nearest(code, catalogue())
        fix = f"did you mean {near}?" if near else "stage3c rules"
        fail(USAGE, f"there is no rule {report.printable(rule_id)}.", fix)
    print(report.explanation(rule))


@app.command()
def schema() -> None:
    """Print the spec language's JSON Schema, for editors."""
    from stage3c.language.json_schema import spec_schema  # noqa: PLC0415 - only this command makes it

    print(json.dumps(spec_schema(), indent=2, ensure_ascii=False))


def main() -> NoReturn:
    """Run the command; a closed pipe or a Ctrl-C ends it quietly, and a bug of our own with one line."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    failures.run(app)


@app.callback(invoke_without_command=True)
def _version(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    if version:
        print(__version__)
        raise typer.Exit


if __name__ == "__main__":
    main()
