"""The commands that read a deployed stack: its status and its logs."""

import time
from datetime import UTC, datetime
from typing import Annotated, Final

import typer

from stage3c.cli.completion import complete_logged
from stage3c.cli.console import ENVIRONMENT, GENERATED, Env, Format, Out, Spec, say
from stage3c.cli.live import EndpointUrl, in_account
from stage3c.cli.progress import waiting
from stage3c.output import report

app = typer.Typer()

Service = Annotated[
    str,
    typer.Argument(
        metavar="SERVICE", help="Key of the service or job.", autocompletion=complete_logged, show_default=False
    ),
]
_POLL_SECONDS: Final = 2


@app.command()
def status(
    spec: Spec,
    env: Env = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    endpoint_url: EndpointUrl = None,
    out: Out = GENERATED,
) -> None:
    """Show the deployed stack: services, deployments, alarms, certificates, secrets, state and lock."""
    from stage3c.delivery import status_screen  # noqa: PLC0415 - only these commands look at what is deployed
    from stage3c.delivery.status import status_of  # noqa: PLC0415 - likewise

    with in_account(spec, env, out, endpoint_url) as (build, account, here), waiting("reading the AWS account"):
        found = status_of(account, build, datetime.now(UTC))
    text = status_screen.as_json(found) if as_json else status_screen.as_text(found)
    here.print(build.hidden.clean(text), Format.JSON if as_json else Format.TEXT)
    if all(cell.unknown for cell in status_screen.cells(found)):
        raise typer.Exit(ENVIRONMENT)


@app.command()
def logs(
    spec: Spec,
    service: Service,
    env: Env = None,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Keep printing new events until Ctrl-C.")] = False,
    since: Annotated[str, typer.Option("--since", help="How far back to start, such as 30s, 15m, 1h or 2d.")] = "1h",
    errors: Annotated[bool, typer.Option("--errors", help="Print only lines that report an error.")] = False,
    endpoint_url: EndpointUrl = None,
    out: Out = GENERATED,
) -> None:
    """Print the log of a service or job, without secrets."""
    from stage3c.delivery import logs as work  # noqa: PLC0415 - only these commands look at what is deployed

    count = 0
    with in_account(spec, env, out, endpoint_url) as (build, account, _):
        group, start = work.group_of(build, service), work.since_ms(since, datetime.now(UTC))
        for event in work.events(account, group, start, _pause if follow else lambda: False):
            if event.is_error or not errors:
                count += 1
                print(report.printable_lines(build.hidden.clean(str(event))), end="", flush=follow)
    if not count:
        say(f"no {'errors' if errors else 'events'} in the last {since}")


def _pause() -> bool:
    time.sleep(_POLL_SECONDS)
    return True
