"""The commands that open a session in a running task. The AWS CLI does the work; without it, its command is printed."""

import os
import shlex
import shutil
import sys
from collections.abc import Sequence
from typing import Annotated, Final, NoReturn

import typer

from stage3c.cli.completion import complete_databases, complete_services
from stage3c.cli.console import ENVIRONMENT, GENERATED, Env, Out, Spec, fail, say
from stage3c.cli.live import EndpointUrl, in_account
from stage3c.cli.progress import waiting
from stage3c.output import report

app = typer.Typer()

_NEEDED: Final = {
    "aws": "the AWS CLI: https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html",
    "session-manager-plugin": "its session plugin: "
    "https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-working-with-install-plugin.html",
}
Printed = Annotated[bool, typer.Option("--print", help="Print the command of the AWS CLI and do not run it.")]


@app.command("exec")
def execute(
    spec: Spec,
    service: Annotated[str, typer.Argument(metavar="SERVICE", autocompletion=complete_services, show_default=False)],
    command: Annotated[
        list[str] | None, typer.Argument(metavar="[-- COMMAND…]", help="Command to run (default: /bin/sh).")
    ] = None,
    env: Env = None,
    task: Annotated[
        str | None, typer.Option("--task", metavar="ID", help="Task to use (default: the youngest).")
    ] = None,
    printed: Printed = False,
    endpoint_url: EndpointUrl = None,
    out: Out = GENERATED,
) -> None:
    """Run a command, or a shell, in a running task of a service that has `exec: true`."""
    from stage3c.delivery import sessions as work  # noqa: PLC0415 - only these commands open sessions

    with in_account(spec, env, out, endpoint_url) as (build, account, _), waiting("looking for a task"):
        words = work.shell(account, build, service, command or (), task)
    start(words, printed=printed)


@app.command()
def connect(
    spec: Spec,
    database: Annotated[str, typer.Argument(metavar="DATABASE", autocompletion=complete_databases, show_default=False)],
    env: Env = None,
    service: Annotated[
        str | None,
        typer.Option(
            "--service",
            help="Service to go through (default: one that uses the database).",
            autocompletion=complete_services,
        ),
    ] = None,
    port: Annotated[
        int | None, typer.Option("--port", min=1, max=65535, help="Local port (default: the database's + 10000).")
    ] = None,
    printed: Printed = False,
    endpoint_url: EndpointUrl = None,
    out: Out = GENERATED,
) -> None:
    """Forward a local port to a database, through a task of a service that uses it and has `exec: true`."""
    from stage3c.delivery import sessions as work  # noqa: PLC0415 - only these commands open sessions

    with in_account(spec, env, out, endpoint_url) as (build, account, _), waiting("looking for a task"):
        way = work.forwarding(account, build, database, service, port)
    # `host` is what the certificate is for, `hostaddr` where the connection goes.
    target = f"host={way.host} hostaddr=127.0.0.1 port={way.local_port} dbname={way.database} sslmode=require"
    say(report.printable(f"then connect with: psql {shlex.quote(target)}"))
    if way.secret:
        say(report.printable(f"user and password are in the secret {way.secret}"))
    start(way.command, printed=printed)


def start(words: Sequence[str], *, printed: bool = False) -> NoReturn:
    """Become the command, without a shell; where a program is missing, print the command and what to install."""
    missing = [name for name in _NEEDED if shutil.which(name) is None]
    if printed or missing:
        print(shlex.join(words))
        if printed:
            raise typer.Exit
        fail(
            ENVIRONMENT,
            f"{' and '.join(missing)} not found.",
            f"install {' and '.join(_NEEDED[each] for each in missing)}",
        )
    sys.stdout.flush()
    sys.stderr.flush()
    os.execvp(words[0], list(words))  # noqa: S606 - no shell is wanted
