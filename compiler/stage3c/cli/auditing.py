"""`stage3c audit`: anybody's Terraform, and which findings make it fail."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from msgspec.structs import replace

from stage3c import api, gate
from stage3c.cli.console import ENVIRONMENT, USAGE, FailOn, Findings, Format, fail, finish, print_all, rule_ids, say
from stage3c.cli.progress import working
from stage3c.diagnostics import Diagnostic
from stage3c.output import files, report

app = typer.Typer(rich_markup_mode=None)
_HELP = """Check any Terraform configuration, plan or state.

A comment accepts one finding, on its line or the line above: # stage3c:ignore NET204 reason

Examples:

  stage3c audit infra/

  stage3c audit infra/ --var-file prod.tfvars --fail-on warning

  stage3c audit infra/ --baseline stage3c-baseline.json

  terraform show -json tfplan > plan.json && stage3c audit plan.json --format junit
"""


@app.command("audit", help=_HELP)
def audit_terraform(
    path: Annotated[
        Path, typer.Argument(metavar="PATH", help="Terraform folder or file, or the output of terraform show -json.")
    ],
    var_file: Annotated[
        list[Path] | None,
        typer.Option("--var-file", help="Variable file (.tfvars), as for terraform plan; repeatable."),
    ] = None,
    select: Annotated[
        list[str] | None,
        typer.Option(
            "--select", help="Only these rules, by id or subject (NET204, NET, network).", autocompletion=rule_ids
        ),
    ] = None,
    ignore: Annotated[
        list[str] | None,
        typer.Option("--ignore", help="All rules but these, by id or subject.", autocompletion=rule_ids),
    ] = None,
    baseline: Annotated[
        Path | None, typer.Option("--baseline", help="File of known findings; only new findings are reported.")
    ] = None,
    write_baseline: Annotated[
        bool, typer.Option("--write-baseline", help="Write the findings of this run to the baseline file, and exit 0.")
    ] = False,
    fail_on: Annotated[
        FailOn, typer.Option("--fail-on", help="Least severity that makes the command exit with 1.")
    ] = FailOn.ERROR,
    output: Findings = Format.TEXT,
) -> None:
    """Read, judge, leave out what is accepted, print."""
    try:
        with working("checking Terraform"):
            audited = api.audit(path, var_file or [])
        audited = replace(audited, findings=tuple(_counting(audited, select or [], ignore or [])))
        if write_baseline:
            _write(baseline or Path("stage3c-baseline.json"), audited, str(path))
            return
        if baseline:
            known = gate.without_known(audited.findings, files.read_json(baseline), str(path))
            audited = replace(audited, findings=tuple(known))
    except (files.FileError, gate.GateError) as error:
        fail(USAGE, report.printable(error.cause), report.printable(error.fix))
    print_all(audited.findings, audited.lines, output)
    checked = f"{audited.resources} resource{'s' if audited.resources != 1 else ''} checked"
    finish(audited.findings, checked, audited.unknown, strict=fail_on is FailOn.WARNING)


def _counting(audited: api.Audit, select: Sequence[str], ignore: Sequence[str]) -> list[Diagnostic]:
    return gate.selected(gate.without_ignored(audited.findings, audited.lines), select, ignore)


def _write(baseline: Path, audited: api.Audit, folder: str) -> None:
    try:
        files.write_all({baseline: gate.as_baseline(audited.findings, folder)})
    except files.FileError as error:
        fail(ENVIRONMENT, error.cause, error.fix)
    count = len(audited.findings)
    say(f"wrote {report.printable(str(baseline))}: {count} known finding{'s' if count != 1 else ''}")
