"""The commands that read an AWS account, and the only ones that need boto3."""

import shlex
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from stage3c.aws.kinds.kind import Unanswered
from stage3c.cli.console import ENVIRONMENT, FINDINGS, GENERATED, USAGE, Env, Format, Out, Spec, fail, one_build, say
from stage3c.cli.progress import waiting
from stage3c.output import files, report

if TYPE_CHECKING:
    from stage3c.language.model.stack import Stack
    from stage3c.live.account import Account, LiveError
    from stage3c.live.leftovers import Orphan

ConnectTo = Annotated[
    list[str] | None,
    typer.Option(
        "--connect-to",
        metavar="HOST:PORT:ADDRESS:PORT",
        envvar="STAGE3C_CONNECT_TO",
        help="Reach HOST:PORT at ADDRESS:PORT, and no other host at all; can be repeated.",
    ),
]
EndpointUrl = Annotated[
    str | None, typer.Option("--endpoint-url", help="AWS endpoint to use instead of the public one.")
]

app = typer.Typer()

_COMMANDS = (
    "adopt", "bootstrap", "build", "cleanup", "connect", "exec", "logs", "preflight", "release", "rollback", "run",
    "state", "state restore", "status", "tag", "verify",
)  # fmt: skip


_WRITE = frozenset({"build", "release"})
"""Those that would write elsewhere without the output folder of this command."""


class Here:
    """Completes the commands that messages name: `SPEC` becomes the spec and its environment, `FOLDER` its output."""

    def __init__(self, spec: Path, env: str | None, folder: Path) -> None:
        """Take what this command was called with."""
        self._spec = shlex.quote(str(spec)) + (f" --env {shlex.quote(env)}" if env else "")
        self._folder = shlex.quote(str(folder))
        self._out = "" if folder.parent == GENERATED else f" --out {shlex.quote(str(folder.parent))}"

    def complete(self, text: str) -> str:
        """Replace the words that stand for this spec in the commands of a message."""
        for command in _COMMANDS:
            place = self._out if command in _WRITE else ""
            text = text.replace(f"stage3c {command} SPEC", f"stage3c {command} {self._spec}{place}")
        return text.replace("-chdir=FOLDER", f"-chdir={self._folder}")

    def print(self, text: str, output: Format) -> None:
        """Print data, complete; JSON is escaped already."""
        print(self.complete(text) if output is Format.JSON else report.printable_lines(self.complete(text)), end="")

    def fail(self, error: "LiveError | files.FileError | Unanswered") -> NoReturn:
        """Leave with a cause and its fix."""
        from stage3c.live.account import UsageError, permission  # noqa: PLC0415 - only these commands read an account

        if isinstance(error, Unanswered):
            fail(ENVIRONMENT, report.printable(f"AWS could not be asked: {error}."), permission(error))
        code = USAGE if isinstance(error, UsageError) else ENVIRONMENT
        fail(code, report.printable(self.complete(error.cause)), report.printable(self.complete(error.fix)))


@app.command()
def preflight(
    spec: Spec,
    env: Env = None,
    endpoint_url: EndpointUrl = None,
    save: Annotated[Path | None, typer.Option("--save", help="Write what AWS answered to a JSON file.")] = None,
    saved: Annotated[Path | None, typer.Option("--from", help="Evaluate a saved snapshot offline.")] = None,
    resolver: Annotated[
        str | None, typer.Option("--resolver", metavar="ADDRESS[:PORT]", help="DNS resolver to query.")
    ] = None,
    out: Out = Path("generated"),
    output: Annotated[Format, typer.Option("--format", help="Output format: text or json.")] = Format.TEXT,
) -> None:
    """Check the AWS account, read-only, for everything that would stop the apply."""
    from stage3c.live.account import LiveError  # noqa: PLC0415 - as above
    from stage3c.live.preflight import run  # noqa: PLC0415 - likewise
    from stage3c.live.table import as_json, as_table, summary  # noqa: PLC0415 - likewise

    build = one_build(spec, env, output, out)
    here = Here(spec, env, out / build.stack_name)
    try:
        with waiting("reading the AWS account"):
            rows = run(build.stack, endpoint_url, resolver, save, saved)
    except (LiveError, files.FileError, Unanswered) as error:
        here.fail(error)
    here.print(as_json(build.stack, rows) if output is Format.JSON else as_table(rows), output)
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
        typer.Option(
            "--choose", metavar="ADDRESS=ID", help="Import this resource, although its tags are not the stack's."
        ),
    ] = None,
    renamed: Annotated[
        list[str] | None,
        typer.Option(
            "--renamed", metavar="OLD=NEW", help="Treat OLD as renamed to NEW, and rename its AWS resources too."
        ),
    ] = None,
    keep: Annotated[
        list[str] | None,
        typer.Option("--keep", metavar="ADDRESS", help="Remove from the state without destroying the resource."),
    ] = None,
    endpoint_url: EndpointUrl = None,
    output: Annotated[Format, typer.Option("--format", help="Output format: text or json.")] = Format.TEXT,
) -> None:
    """Find the stack's resources that are not in its state, and write import blocks for them."""
    from stage3c.live import adopt as work  # noqa: PLC0415 - as above
    from stage3c.live.account import Account, LiveError  # noqa: PLC0415 - likewise

    build = one_build(spec, env, output, out)
    folder = out / build.stack_name
    here = Here(spec, env, folder)
    try:
        account = Account(build.stack.region, endpoint_url)
        with waiting("looking for the stack's resources"):
            adoption = work.adopt(account, build.stack, choose or [], renamed or [], keep or [])
        done = work.write(adoption, folder)
        is_built = work.is_built(adoption, folder)
    except (LiveError, files.FileError, Unanswered) as error:
        here.fail(error)
    here.print(work.as_json(build.stack, adoption) if output is Format.JSON else work.as_text(adoption), output)
    say(work.summary(adoption))
    for path in done:
        say(f"removed {report.printable(str(path))}, which is no longer needed")
    if not adoption.is_empty:
        say(f"wrote {report.printable(str(folder / 'imports.tf'))}")
        say(here.complete("terraform -chdir=FOLDER plan shows what it does"))
    if not is_built:
        say(here.complete("run stage3c build SPEC first: the generated files are not those of the spec"))
    if any(step.outcome in work.DECIDE for step in adoption.steps):
        raise typer.Exit(FINDINGS)


@app.command()
def cleanup(
    spec: Spec,
    env: Env = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="Delete what is listed, after the name of the stack is typed.")
    ] = False,
    record: Annotated[
        Path | None,
        typer.Option("--record", help="File for a description of what is deleted (default: a new file here)."),
    ] = None,
    endpoint_url: EndpointUrl = None,
    out: Out = Path("generated"),
    output: Annotated[Format, typer.Option("--format", help="Output format: text or json.")] = Format.TEXT,
) -> None:
    """List resources of a stack that are in no state and unused, with the commands that delete them."""
    from stage3c.live import cleanup as work  # noqa: PLC0415 - as above
    from stage3c.live.account import Account, LiveError  # noqa: PLC0415 - likewise
    from stage3c.live.lock import state_lock_of  # noqa: PLC0415 - likewise
    from stage3c.live.state import state_body  # noqa: PLC0415 - likewise

    build = one_build(spec, env, output, out)
    stack, here = build.stack, Here(spec, env, out / build.stack_name)
    try:
        account = Account(stack.region, endpoint_url)
        with ExitStack() as held:
            lock = ""
            with waiting("looking for what is left over"):
                if yes:
                    lock = held.enter_context(state_lock_of(account, stack, "stage3c cleanup"))
                    work.refuse_without_state(account, stack)
                state = state_body(account, stack)
                left = work.orphans(account, stack)
            here.print(work.as_json(stack, left) if output is Format.JSON else work.as_text(stack, left), output)
            say(work.summary(left))
            if any(orphan.address for orphan in left):
                say(here.complete("stage3c adopt SPEC takes over what is part of the stack"))
            if yes and any(not orphan.stays for orphan in left):
                _delete(account, stack, left, state, record, lock)
    except (LiveError, files.FileError, Unanswered) as error:
        here.fail(error)


def _delete(
    account: "Account", stack: "Stack", left: "Sequence[Orphan]", state: bytes | None, record: Path | None, lock: str
) -> None:
    """Delete what is left over, if the name of the stack is typed, nothing has changed meanwhile and the lock is still ours."""
    from stage3c.live import cleanup as work  # noqa: PLC0415 - as above
    from stage3c.live.lock import refuse_unless_held  # noqa: PLC0415 - likewise

    say(f"Type the name of the stack, {stack.name}, to delete the {work.count(left)} that are left:")
    if sys.stdin.readline().strip() != stack.name:
        fail(USAGE, "that is not the stack's name, and nothing was deleted.", f"type {stack.name}.")
    with waiting("looking once more"):
        refuse_unless_held(account, stack, lock)
        work.check_unchanged(account, stack, left, state)
    path = record or Path(f"{stack.name}-cleanup-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.json")
    if files.is_file(path):
        fail(USAGE, f"{report.printable(str(path))} exists.", "--record NEW-FILE.json")
    files.write_all({path: work.record(stack, left)})
    say(f"wrote {report.printable(str(path))}: what is about to be deleted")
    for command, fault in work.delete(account, stack, left):
        say(report.printable(f"{'failed' if fault else 'done':<8} {command}{f': {fault}' if fault else ''}"))
        if fault:
            say("stopped: nothing after this was deleted")
            raise typer.Exit(FINDINGS)
