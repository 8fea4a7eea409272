"""The commands that look at an AWS account, and the only ones that need boto3."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from stage3c.cli.console import ENVIRONMENT, FINDINGS, USAGE, Env, Format, Out, Spec, fail, one_build, say
from stage3c.output import files, report

if TYPE_CHECKING:
    from stage3c.live.account import Account, LiveError
    from stage3c.live.cleanup import Orphan

EndpointUrl = Annotated[str | None, typer.Option("--endpoint-url", help="Another address of AWS.")]

app = typer.Typer()


@app.command()
def preflight(
    spec: Spec,
    env: Env = None,
    endpoint_url: EndpointUrl = None,
    save: Annotated[Path | None, typer.Option("--save", help="Write what AWS answered, as JSON.")] = None,
    saved: Annotated[Path | None, typer.Option("--from", help="Judge such a file, and ask nobody.")] = None,
    resolver: Annotated[
        str | None, typer.Option("--resolver", metavar="ADDRESS[:PORT]", help="Whom to ask of the DNS.")
    ] = None,
    output: Annotated[Format, typer.Option("--format", help="text or json.")] = Format.TEXT,
) -> None:
    """Look at the AWS account, read-only: what would stop the apply."""
    from stage3c.live.account import LiveError  # noqa: PLC0415 - only these commands look at an account
    from stage3c.live.preflight import run  # noqa: PLC0415 - likewise
    from stage3c.live.table import as_json, as_table, summary  # noqa: PLC0415 - likewise

    stack = one_build(spec, env, output).stack
    try:
        rows = run(stack, endpoint_url, resolver, save, saved)
    except (LiveError, files.FileError) as error:
        _fail(error)
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
        list[str] | None,
        typer.Option("--renamed", metavar="OLD=NEW", help="A key that was renamed, if its AWS names shall follow."),
    ] = None,
    keep: Annotated[
        list[str] | None, typer.Option("--keep", metavar="ADDRESS", help="Let go of it, rather than destroy it.")
    ] = None,
    endpoint_url: EndpointUrl = None,
    output: Annotated[Format, typer.Option("--format", help="text or json.")] = Format.TEXT,
) -> None:
    """Find what exists and no state knows, and write the import blocks that take it over."""
    from stage3c.live import adopt as work  # noqa: PLC0415 - as above
    from stage3c.live.account import Account, LiveError  # noqa: PLC0415 - likewise

    build = one_build(spec, env, output)
    folder = out / build.stack_name
    try:
        account = Account(build.stack.region, endpoint_url)
        adoption = work.adopt(account, build.stack, choose or [], renamed or [], keep or [])
        done = work.write(adoption, folder)
        is_built = work.is_built(adoption, folder)
    except (LiveError, files.FileError) as error:
        _fail(error)
    text = (
        work.as_json(build.stack, adoption) if output is Format.JSON else report.printable_lines(work.as_text(adoption))
    )
    print(text, end="")
    say(work.summary(adoption))
    for path in done:
        say(f"removed {report.printable(str(path))}, which had done its work")
    if not adoption.is_empty:
        say(f"wrote {report.printable(str(folder / 'imports.tf'))}: terraform plan shows what it does")
    if not is_built:
        say("run stage3c build SPEC first: what is built there is not what the spec says now")
    if any(step.outcome in work.DECIDE for step in adoption.steps):
        raise typer.Exit(FINDINGS)


@app.command()
def cleanup(
    spec: Spec,
    env: Env = None,
    yes: Annotated[bool, typer.Option("--yes", help="Delete it, once the stack's name has been typed.")] = False,
    endpoint_url: EndpointUrl = None,
    output: Annotated[Format, typer.Option("--format", help="text or json.")] = Format.TEXT,
) -> None:
    """List what is left of a stack and in no state, with the commands that delete it."""
    from stage3c.live import cleanup as work  # noqa: PLC0415 - as above
    from stage3c.live.account import Account, LiveError  # noqa: PLC0415 - likewise

    stack = one_build(spec, env, output).stack
    try:
        account = Account(stack.region, endpoint_url)
        left = work.orphans(account, stack)
        text = work.as_json(stack, left) if output is Format.JSON else report.printable_lines(work.as_text(stack, left))
        print(text, end="")
        say(f"{len(left)} left over" if left else "nothing is left over")
        if any(orphan.address for orphan in left):
            say("what is part of the stack can be taken over instead: stage3c adopt SPEC")
        if yes and left:
            work.check_state(account, stack)
            _delete(account, stack.name, left)
    except LiveError as error:
        _fail(error)


def _fail(error: "LiveError | files.FileError") -> NoReturn:
    from stage3c.live.account import UsageError  # noqa: PLC0415 - as above

    code = USAGE if isinstance(error, UsageError) else ENVIRONMENT
    fail(code, report.printable(error.cause), report.printable(error.fix))


def _delete(account: "Account", name: str, left: "Sequence[Orphan]") -> None:
    """Delete what is left over, if the name of the stack is typed; some of it may refuse."""
    from stage3c.live.cleanup import delete  # noqa: PLC0415 - as above

    say(f"Type the name of the stack, {name}, to delete what is listed:")
    if sys.stdin.readline().strip() != name:
        fail(USAGE, "that is not the stack's name, and nothing was deleted.", f"type {name}.")
    failed = 0
    for command, fault in delete(account, left):
        failed += bool(fault)
        say(report.printable(f"{'failed' if fault else 'done':<8} aws {command}{f': {fault}' if fault else ''}"))
    if failed:
        say(f"{failed} failed; run it again once what they hang on is gone")
        raise typer.Exit(FINDINGS)
