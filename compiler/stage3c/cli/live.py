"""The commands that read an AWS account, and the only ones that need boto3."""

import json
import re
import shlex
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, NoReturn

import typer

from stage3c.aws.kinds.kind import Unanswered
from stage3c.cli.confirming import require_name
from stage3c.cli.console import ENVIRONMENT, FINDINGS, GENERATED, USAGE, Env, Format, Out, Spec, fail, one_build, say
from stage3c.cli.progress import waiting
from stage3c.output import files, report

if TYPE_CHECKING:
    from stage3c.language.model.stack import Stack
    from stage3c.live.account import Account, LiveError
    from stage3c.live.leftovers import Orphan
    from stage3c.pipeline import Build

ConnectTo = Annotated[
    list[str] | None,
    typer.Option(
        "--connect-to",
        metavar="HOST:PORT:ADDRESS:PORT",
        envvar="STAGE3C_CONNECT_TO",
        help="Reach HOST:PORT at ADDRESS:PORT, and no other host at all; can be repeated.",
    ),
]
Resolver = Annotated[str | None, typer.Option("--resolver", metavar="ADDRESS[:PORT]", help="DNS resolver to query.")]
EndpointUrl = Annotated[
    str | None, typer.Option("--endpoint-url", help="AWS endpoint to use instead of the public one.")
]

app = typer.Typer()

_COMMAND: Final = re.compile(r"\bstage3c ((?:[a-z-]+ ){1,2})SPEC\b")
_WRITE: Final = frozenset({"adopt", "bootstrap", "build", "release"})
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
        return self._complete(text, str)

    def _complete(self, text: str, escape: Callable[[str], str]) -> str:
        def command(found: re.Match[str]) -> str:
            place = self._out if found[1].strip() in _WRITE else ""
            return f"stage3c {found[1]}{escape(self._spec + place)}"

        return _COMMAND.sub(command, text).replace("-chdir=FOLDER", f"-chdir={escape(self._folder)}")

    def print(self, text: str, output: Format) -> None:
        """Print data, complete: text, or JSON that is escaped already."""
        if output is Format.JSON:
            print(self._complete(text, lambda words: json.dumps(words, ensure_ascii=False)[1:-1]), end="")
        else:
            print(report.printable_lines(self.complete(text)), end="")

    def fail(self, error: "LiveError | files.FileError | Unanswered") -> NoReturn:
        """Leave with a cause and its fix."""
        from stage3c.live.account import FindingError, UsageError, permission  # noqa: PLC0415 - only these commands read an account

        if isinstance(error, Unanswered):
            fail(ENVIRONMENT, report.printable(f"AWS could not be asked: {error}."), permission(error))
        codes = {UsageError: USAGE, FindingError: FINDINGS}
        code = next((code for kind, code in codes.items() if isinstance(error, kind)), ENVIRONMENT)
        fail(code, report.printable(self.complete(error.cause)), report.printable(self.complete(error.fix)))


@contextmanager
def in_account(
    spec: Path, env: str | None, out: Path, endpoint_url: str | None, output: Format = Format.TEXT
) -> "Iterator[tuple[Build, Account, Here]]":
    """Compile one stack and open its account; what fails in the block ends the command with its cause and fix."""
    from stage3c.live.account import Account, LiveError  # noqa: PLC0415 - as above

    build = one_build(spec, env, output, out)
    here = Here(spec, env, out / build.stack_name)
    try:
        yield build, Account(build.stack.region, endpoint_url), here
    except (LiveError, files.FileError, Unanswered) as error:
        here.fail(error)


@app.command()
def preflight(
    spec: Spec,
    env: Env = None,
    endpoint_url: EndpointUrl = None,
    save: Annotated[Path | None, typer.Option("--save", help="Write what AWS answered to a JSON file.")] = None,
    saved: Annotated[Path | None, typer.Option("--from", help="Evaluate a saved snapshot offline.")] = None,
    resolver: Resolver = None,
    out: Out = GENERATED,
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
    out: Out = GENERATED,
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

    with in_account(spec, env, out, endpoint_url, output) as (build, account, here):
        folder = out / build.stack_name
        with waiting("looking for the stack's resources"):
            adoption = work.adopt(account, build.stack, choose or [], renamed or [], keep or [])
        done = work.write(adoption, folder)
        is_built = work.is_built(adoption, folder)
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
    out: Out = GENERATED,
    output: Annotated[Format, typer.Option("--format", help="Output format: text or json.")] = Format.TEXT,
) -> None:
    """List resources of a stack that are in no state and unused, with the commands that delete them."""
    from stage3c.live import cleanup as work  # noqa: PLC0415 - as above
    from stage3c.live.lock import state_lock_of  # noqa: PLC0415 - likewise
    from stage3c.live.state import state_body  # noqa: PLC0415 - likewise

    with in_account(spec, env, out, endpoint_url, output) as (build, account, here), ExitStack() as held:
        stack, lock = build.stack, ""
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


def _delete(
    account: "Account", stack: "Stack", left: "Sequence[Orphan]", state: bytes | None, record: Path | None, lock: str
) -> None:
    """Delete what is left over, if the name of the stack is typed, nothing has changed meanwhile and the lock is still ours."""
    from stage3c.live import cleanup as work  # noqa: PLC0415 - as above
    from stage3c.live.lock import refuse_unless_held  # noqa: PLC0415 - likewise

    require_name(stack.name, f"delete the {work.count(left)} that are left", "nothing was deleted")
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
