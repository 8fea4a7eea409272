"""The command that takes a service back to an earlier image."""

import time
from datetime import UTC, datetime
from importlib.util import find_spec
from typing import TYPE_CHECKING, Annotated, Final

import typer

from stage3c.cli import delivery
from stage3c.cli.completion import complete_services
from stage3c.cli.confirming import require_yes
from stage3c.cli.console import FINDINGS, GENERATED, Env, Format, Out, Spec, say
from stage3c.cli.live import ConnectTo, EndpointUrl, Here, in_account
from stage3c.cli.progress import pausing, waiting
from stage3c.output import report
from stage3c.shipped import install_command

if TYPE_CHECKING:
    from stage3c.delivery.rollback import Rollback
    from stage3c.delivery.settling import Progress, Settled
    from stage3c.live.account import Account
    from stage3c.pipeline import Build

app = typer.Typer()

_POLL_SECONDS: Final = 5
_VERIFY_SECONDS: Final = 60


@app.command()
def rollback(
    spec: Spec,
    service: Annotated[str, typer.Option("--service", help="Key of the service.", autocompletion=complete_services)],
    to: Annotated[
        str | None,
        typer.Option("--to", metavar="REVISION", help="Revision whose image to use (default: the last other image)."),
    ] = None,
    env: Env = None,
    yes: Annotated[bool, typer.Option("--yes", help="Skip the confirmation.")] = False,
    wait: Annotated[
        int, typer.Option("--wait", min=0, max=7200, help="Seconds to wait for the deployment to end.")
    ] = 900,
    verify: Annotated[bool, typer.Option("--verify/--no-verify", help="Verify the stack afterwards.")] = True,
    url: Annotated[str | None, typer.Option("--url", metavar="URL", help="Address to verify.")] = None,
    endpoint_url: EndpointUrl = None,
    connect_to: ConnectTo = None,
    out: Out = GENERATED,
) -> None:
    """Take a service back to an earlier image; variables and sizes stay. Exit 1 if the deployment fails."""
    from stage3c.delivery import rollback as work  # noqa: PLC0415 - only this command changes what is deployed

    delivery.refuse_early(url, connect_to)
    with in_account(spec, env, out, endpoint_url) as (build, account, here):
        with waiting("reading the AWS account"):
            plan = work.rollback_of(account, build, service, to)
        here.print(_described(plan), Format.TEXT)
        if not yes:
            require_yes(f"Roll back {plan.service}?", "nothing was changed")
        settled = _roll_back(account, build, plan, wait)
    _report(settled, plan, here)
    if verify and delivery.has_target(build, url):
        if find_spec("httpx") is None:
            say(f"not verified, since httpx is not installed: {install_command('verify')}")
            return
        delivery.verify_build(build, url, _VERIFY_SECONDS, endpoint_url, connect_to)


def _described(plan: "Rollback") -> str:
    from stage3c.delivery.status_screen import age  # noqa: PLC0415 - likewise

    when = age(plan.registered, datetime.now(UTC))
    lines = [
        f"{plan.service} runs {plan.current} with {plan.current_image}",
        f"goes back to {plan.image}, the image of {plan.target}, registered {when} ago",
        f"by a copy of {plan.current} with that image"
        if plan.new
        else f"by {plan.target} itself: only the image differs",
    ]
    lines += [f"passes over {each}, whose deployment failed" for each in plan.passed_over]
    if plan.unchecked:
        lines.append(f"whether the image still exists is unknown: {plan.unchecked}")
    if plan.differences:
        lines += [
            f"not rolled back, although it differs from {plan.target}:",
            *(f"  {each}" for each in plan.differences),
        ]
    return "".join(f"{line}\n" for line in lines)


def _roll_back(account: "Account", build: "Build", plan: "Rollback", wait: int) -> "Settled":
    from stage3c.delivery.rollback import perform  # noqa: PLC0415 - likewise
    from stage3c.delivery.settling import primary_id, settle  # noqa: PLC0415 - likewise

    deployment = primary_id(perform(account, build, plan))
    say(f"deployment {deployment} has begun")
    began, again = time.monotonic(), pausing(_POLL_SECONDS)

    def go_on(progress: "Progress") -> bool:
        say(f"{progress} ({time.monotonic() - began:.0f} s of {wait} s)")
        return again(wait)

    return settle(account, build, plan.service, deployment, go_on)


def _report(settled: "Settled", plan: "Rollback", here: Here) -> None:
    """Say how it ended, and what keeps the next apply from undoing it."""
    from stage3c.delivery.rollback import tag_to_keep  # noqa: PLC0415 - likewise
    from stage3c.delivery.settling import WORDS  # noqa: PLC0415 - likewise

    why = report.printable(f": {settled.reason}" if settled.reason else "")
    if settled.outcome != "completed":
        say(f"error: the deployment {WORDS[settled.outcome]}{why}")
        say(here.complete("  fix: stage3c status SPEC shows how the service is now."))
        raise typer.Exit(FINDINGS)
    say(report.printable(f"{plan.service} runs {plan.image}"))
    tag = tag_to_keep(plan)
    if tag:
        say("the next apply would undo this; to keep it:")
        say(here.complete(f"  stage3c tag SPEC {plan.service}={tag} && stage3c build SPEC"))
    else:
        say(f"the next apply would undo this; to keep it, write services.{plan.service}.image: {plan.image}")
