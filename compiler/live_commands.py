"""The commands that look at an AWS account, and the only ones that need boto3."""

from pathlib import Path
from typing import Annotated

import typer

from compiler import files, report
from compiler.console import ENVIRONMENT, FINDINGS, Env, Format, Out, Spec, fail, one_build, say

EndpointUrl = Annotated[str | None, typer.Option("--endpoint-url", help="Another address of AWS.")]

app = typer.Typer()


@app.command()
def preflight(
    spec: Spec,
    env: Env = None,
    endpoint_url: EndpointUrl = None,
    save: Annotated[Path | None, typer.Option("--save", help="Write what AWS answered, as JSON.")] = None,
    saved: Annotated[Path | None, typer.Option("--from", help="Judge such a file, and ask nobody.")] = None,
    output: Annotated[Format, typer.Option("--format", help="text or json.")] = Format.TEXT,
) -> None:
    """Look at the AWS account, read-only: what would stop the apply."""
    from compiler.live.account import LiveError  # noqa: PLC0415 - only this command looks at an account
    from compiler.live.preflight import run  # noqa: PLC0415 - likewise
    from compiler.live.table import as_json, as_table, summary  # noqa: PLC0415 - likewise

    stack = one_build(spec, env, output).stack
    try:
        rows = run(stack, endpoint_url, save, saved)
    except (LiveError, files.FileError) as error:
        fail(ENVIRONMENT, report.printable(error.cause), report.printable(error.fix))
    print(as_json(stack, rows) if output is Format.JSON else report.printable_lines(as_table(rows)), end="")
    say(summary(rows))
    if all(row.outcome == "unknown" for row in rows):
        raise typer.Exit(ENVIRONMENT)
    if any(row.outcome == "error" for row in rows):
        raise typer.Exit(FINDINGS)


@app.command()
def adopt(
    spec: Spec,
    env: Env = None,
    out: Out = Path("generated"),
    choose: Annotated[
        list[str] | None,
        typer.Option("--choose", metavar="ADDRESS=ID", help="Take this one where several may be meant."),
    ] = None,
    renamed: Annotated[
        list[str] | None, typer.Option("--renamed", metavar="OLD=NEW", help="A key of the spec that was renamed.")
    ] = None,
    keep: Annotated[
        list[str] | None, typer.Option("--keep", metavar="ADDRESS", help="Let go of it, rather than destroy it.")
    ] = None,
    endpoint_url: EndpointUrl = None,
    output: Annotated[Format, typer.Option("--format", help="text or json.")] = Format.TEXT,
) -> None:
    """Find what exists and no state knows, and write the import blocks that take it over."""
    from compiler.live import adopt as work  # noqa: PLC0415 - as above
    from compiler.live.account import Account, LiveError  # noqa: PLC0415 - likewise

    build = one_build(spec, env, output)
    path = out / build.stack_name / "imports.tf"
    try:
        account = Account(build.stack.region, endpoint_url)
        adoption = work.adopt(account, build.stack, choose or [], renamed or [], keep or [])
        work.write(adoption, path)
    except (LiveError, files.FileError) as error:
        fail(ENVIRONMENT, report.printable(error.cause), report.printable(error.fix))
    text = (
        work.as_json(build.stack, adoption) if output is Format.JSON else report.printable_lines(work.as_text(adoption))
    )
    print(text, end="")
    say(work.summary(adoption))
    if not adoption.is_empty:
        say(f"wrote {report.printable(str(path))}: terraform plan shows what it does")
    if any(step.outcome in work.DECIDE for step in adoption.steps):
        raise typer.Exit(FINDINGS)
