"""The commands about what has been deployed: what failed, and whether it works."""

import io
import sys
from pathlib import Path
from typing import Annotated

import typer

from stage3c.cli.console import FINDINGS, USAGE, Env, Table, fail, one_build, say
from stage3c.cli.console import Format as FindingsFormat
from stage3c.output import files, report

app = typer.Typer()


@app.command("explain-error")
def explain_error(
    log: Annotated[
        str, typer.Argument(metavar="FILE", help="Terraform log, stopped reason or application log; - reads it.")
    ],
    spec: Annotated[Path | None, typer.Option("--spec", help="Spec of the stack, to name the line to look at.")] = None,
    env: Env = None,
    output: Annotated[Table, typer.Option("--format", help="Output format.")] = Table.TEXT,
) -> None:
    """Explain the errors of AWS, Terraform and PostgreSQL in a log; exit 1 if none is known."""
    from stage3c.delivery import explanations  # noqa: PLC0415 - only this command reads logs
    from stage3c.delivery.known_failures import explain  # noqa: PLC0415 - likewise

    try:
        text = _typed() if log == "-" else files.read_log(Path(log))
    except files.FileError as error:
        fail(USAGE, report.printable(error.cause), report.printable(error.fix))
    build = one_build(spec, env, FindingsFormat(output.value)) if spec else None
    found = explain(text)
    if output is Table.JSON:
        print(explanations.as_json(found, build), end="")
    else:
        print(report.printable_lines(explanations.as_text(found, build)), end="")
    say(f"{len(found)} known failure{'s' if len(found) != 1 else ''} found")
    if not found:
        say("report a message that is missing here, with its cause: it is added to the table")
        raise typer.Exit(FINDINGS)


def _typed() -> str:
    """Standard input, whatever its bytes."""
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(encoding="utf-8", errors="replace")
    return sys.stdin.read()
