"""The commands about a deployed stack: how it is, what it logs, and back to an earlier image."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from stage3c.aws.kinds.kind import Unanswered
from stage3c.cli.console import ENVIRONMENT, Env, Format, Out, Spec, one_build
from stage3c.cli.live import EndpointUrl, Here
from stage3c.cli.progress import waiting

app = typer.Typer()


@app.command()
def status(
    spec: Spec,
    env: Env = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    endpoint_url: EndpointUrl = None,
    out: Out = Path("generated"),
) -> None:
    """Show how the deployed stack is: services, deployments, alarms, certificates, secrets, state and lock."""
    from stage3c.delivery import status_screen  # noqa: PLC0415 - only these commands look at what is deployed
    from stage3c.delivery.status import status_of  # noqa: PLC0415 - likewise
    from stage3c.live.account import Account, LiveError  # noqa: PLC0415 - likewise

    build = one_build(spec, env, Format.TEXT, out)
    here = Here(spec, env, out / build.stack_name)
    try:
        with waiting("reading the AWS account"):
            found = status_of(Account(build.stack.region, endpoint_url), build, datetime.now(UTC))
    except (LiveError, Unanswered) as error:
        here.fail(error)
    text = status_screen.as_json(found) if as_json else status_screen.as_text(found)
    here.print(build.hidden.clean(text), Format.JSON if as_json else Format.TEXT)
    if all(cell.unknown for cell in status_screen.cells(found)):
        raise typer.Exit(ENVIRONMENT)
