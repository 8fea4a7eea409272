"""The command that runs a job, and how any command does: its log on standard output, the rest on standard error."""

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Final

import typer

from stage3c.cli.completion import complete_jobs
from stage3c.cli.console import GENERATED, Env, Out, Spec, say
from stage3c.cli.live import EndpointUrl, in_account
from stage3c.cli.progress import pausing
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
    out: Out = GENERATED,
) -> None:
    """Run a job of a deployed stack, print its log, and exit as the job does: 124 after its timeout, 125 if it never started."""
    with in_account(spec, env, out, endpoint_url) as (build, account, _):
        code = run_here(account, build, job, arguments or [])
    raise typer.Exit(code)


def run_here(account: "Account", build: "Build", job: str, arguments: Sequence[str] = ()) -> int:
    """Run a job with its log on this terminal: its exit code."""
    from stage3c.delivery.jobs import Caller, run_job  # noqa: PLC0415 - only this command and a release run jobs

    again = pausing(_POLL_SECONDS)

    def log(line: str) -> None:
        try:
            print(report.printable_lines(build.hidden.clean(f"{line}\n")), end="", flush=True)
        except BrokenPipeError:  # the reader of the log has gone; the job still runs, and its exit code counts
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

    def tell(text: str) -> None:
        say(report.printable(build.hidden.clean(text)))

    return run_job(account, build, job, arguments, Caller(log, tell, lambda minutes: again(minutes * 60)))
