"""What can be looked up: names and their limits, rules and the language."""

import json
import sys
from typing import Annotated

import typer

from stage3c.aws import names
from stage3c.cli.console import (
    FINDINGS,
    USAGE,
    Catalogue,
    Env,
    Format,
    Language,
    Spec,
    Table,
    compile_all,
    fail,
    finish,
    print_findings,
    rule_ids,
)
from stage3c.diagnostics import has_errors
from stage3c.output import report
from stage3c.rules import by_subject, catalogue
from stage3c.wording import nearest

app = typer.Typer()


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
