"""The command that runs a job, and how any command does: its log on standard output, the rest on standard error."""

import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from stage3c.aws.kinds.kind import Unanswered
from stage3c.cli.completion import complete_jobs
from stage3c.cli.console import Env, Format, Out, Spec, one_build, say
from stage3c.cli.live import EndpointUrl, Here
from stage3c.output import report

if TYPE_CHECKING:
    from stage3c.live.account import Account
    from stage3c.pipeline import Build

app = typer.Typer()

_POLL_SECONDS: Final = 2


@app.command()
def run(
    spec: Spec,
    job: Annotated[
        str, typer.Argument(metavar="JOB", help="Key of the job.", autocompletion=complete_jobs, show_default=False)
    ],
    arguments: Annotated[
        list[str] | None, typer.Argument(metavar="[-- ARGS]", help="Words to add to the command of the job.")
    ] = None,
    env: Env = None,
    endpoint_url: EndpointUrl = None,
    out: Out = Path("generated"),
) -> None:
    """Run a job of the deployed stack, print its log and exit as it does: 124 after its timeout, 125 if it never started."""
    from stage3c.live.account import Account, LiveError  # noqa: PLC0415 - only what asks AWS needs boto3

    build = one_build(spec, env, Format.TEXT, out)
    try:
        code = run_here(Account(build.stack.region, endpoint_url), build, job, arguments or [])
    except (LiveError, Unanswered) as error:
        Here(spec, env, out / build.stack_name).fail(error)
    raise typer.Exit(code)


def run_here(account: "Account", build: "Build", job: str, arguments: Sequence[str] = ()) -> int:
    """Run a job with its log on this terminal: its exit code."""
    from stage3c.delivery.jobs import Caller, run_job  # noqa: PLC0415 - likewise

    began = time.monotonic()

    def log(line: str) -> None:
        try:
            print(report.printable_lines(build.hidden.clean(f"{line}\n")), end="", flush=True)
        except BrokenPipeError:  # the reader of the log has gone; the job still runs, and its exit code counts
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

    def tell(text: str) -> None:
        say(report.printable(build.hidden.clean(text)))

    def again(minutes: int) -> bool:
        left = minutes * 60 - (time.monotonic() - began)
        time.sleep(max(min(_POLL_SECONDS, left), 0))
        return left > 0

    return run_job(account, build, job, arguments, Caller(log, tell, again))
