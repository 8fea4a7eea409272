"""The command that brings a spec to a verified, running stack."""

import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext, redirect_stdout
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from stage3c.aws.kinds.kind import Unanswered
from stage3c.cli import delivery
from stage3c.cli.changes import judged_changes, on_disk
from stage3c.cli.completion import complete_services
from stage3c.cli.confirming import require_yes
from stage3c.cli.console import (
    FINDINGS,
    GENERATED,
    USAGE,
    Env,
    Format,
    Out,
    Spec,
    Table,
    fail,
    judged,
    one_build,
    rendered,
    say,
)
from stage3c.cli.console import write as write_files
from stage3c.cli.live import ConnectTo, EndpointUrl, Here, Resolver
from stage3c.cli.offering import has_person, wanted_tags
from stage3c.cli.progress import pausing, waiting
from stage3c.cli.tagging import write_tags
from stage3c.output import files, report

if TYPE_CHECKING:
    from stage3c.delivery.release import Release, Step, Talk
    from stage3c.pipeline import Build

app = typer.Typer()

_POLL_SECONDS: Final = 5
_VERIFY_SECONDS: Final = 60
_HANDLED: Final = ("PRE106", "PRE108")
"""What preflight says of secrets without a value and of missing images, the release does itself."""


@dataclass
class Told:
    """What is known about a release for its report."""

    steps: list[dict[str, Any]] = field(default_factory=list)
    secrets: list[dict[str, Any]] = field(default_factory=list)
    checks: list[dict[str, Any]] = field(default_factory=list)
    why: list[str] = field(default_factory=list)
    back: list[str] = field(default_factory=list)
    """The commands that roll back to the release before."""


@dataclass(frozen=True)
class Asked:
    """What the command was called with, beside the stack and where to write it."""

    services: list[str] | None
    dry_run: bool
    yes: bool
    edit: bool
    preflight: bool
    resolver: str | None
    verify: bool
    url: str | None
    wait: int
    endpoint_url: str | None
    connect_to: list[str] | None
    output: Table


@app.command()
def release(
    spec: Spec,
    env: Env = None,
    services: Annotated[
        list[str] | None,
        typer.Option(
            "--service",
            help="Service whose image to build and push and whose deployment to wait for (default: all); the apply "
            "always covers the whole stack.",
            autocompletion=complete_services,
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Change nothing in AWS; print what would be done.")
    ] = False,
    yes: Annotated[
        bool, typer.Option("--yes", help="Ask nothing: apply plans, and keep the tags of the spec.")
    ] = False,
    no_edit: Annotated[
        bool, typer.Option("--no-edit", help="Do not offer to write new tags into the spec (never offered in CI).")
    ] = False,
    preflight: Annotated[
        bool, typer.Option("--preflight/--no-preflight", help="Check the account before anything is changed.")
    ] = True,
    resolver: Resolver = None,
    verify: Annotated[bool, typer.Option("--verify/--no-verify", help="Verify the stack afterwards.")] = True,
    url: Annotated[str | None, typer.Option("--url", metavar="URL", help="Address to verify.")] = None,
    wait: Annotated[
        int, typer.Option("--wait", min=0, max=7200, help="Seconds to wait for each deployment to end.")
    ] = 900,
    endpoint_url: EndpointUrl = None,
    connect_to: ConnectTo = None,
    out: Out = GENERATED,
    output: Annotated[Table, typer.Option("--format", help="Output format.")] = Table.TEXT,
) -> None:
    """Build, push, apply, deploy and verify a stack. If it is interrupted, run it again: it continues where it stopped."""
    if str(spec) == "-":
        fail(USAGE, "a release reads its spec twice, and standard input only once.", "use the path of a spec.")
    delivery.refuse_early(url, connect_to)
    edit = not (no_edit or yes or dry_run) and has_person()
    asked = Asked(
        services, dry_run, yes, edit, preflight, resolver, verify, url, wait, endpoint_url, connect_to, output
    )
    _release(spec, env, out, asked)


def _release(spec: Path, env: str | None, out: Path, asked: Asked) -> None:
    from stage3c.delivery.release import Release, Stop, Talk  # noqa: PLC0415 - only this command releases
    from stage3c.delivery.running import known  # noqa: PLC0415 - likewise
    from stage3c.live.account import Account, LiveError  # noqa: PLC0415 - likewise

    build, told = one_build(spec, env, Format(asked.output.value), out), Told()
    if asked.verify and not asked.dry_run and delivery.has_target(build, asked.url):
        delivery.require_httpx("or add --no-verify.")
    folder = out / build.stack_name
    here = Here(spec, env, folder)
    try:
        account = Account(build.stack.region, asked.endpoint_url)
        chosen = [known(key, build.stack.services, "service") for key in asked.services or build.stack.services]
        if asked.edit and (tags := wanted_tags(build, account, chosen)):
            write_tags(spec, env, tags)
            build = one_build(spec, env, Format(asked.output.value), out)
        _write(spec, env, out, asked.output)
        if asked.preflight:
            _look(build, asked, told)
        talk = Talk(partial(_say, build), partial(_confirm, build, yes=asked.yes), lambda: _timer(asked.wait))
        work = Release(account, build, folder, chosen, talk, dry_run=asked.dry_run)
        _run(work, told, talk)
    except Stop as stop:
        told.secrets = [asdict(each) for each in stop.secrets]
        _finish(build, told, asked.output, here)
        raise typer.Exit(FINDINGS) from None
    except (LiveError, files.FileError, Unanswered) as error:
        told.why = told.why or _why(build, asked, error)
        _finish(build, told, asked.output, here)
        here.fail(error)
    try:
        if asked.verify and not asked.dry_run:
            _verify(build, asked, told, work.replaced)
    finally:  # the release is reported even if the address to verify is unknown
        _finish(build, told, asked.output, here)
    if not all(each["passed"] for each in told.checks):
        raise typer.Exit(FINDINGS)


def _why(build: "Build", asked: Asked, error: Exception) -> list[str]:
    """Why a release stopped, as far as AWS or what Terraform printed says so."""
    from stage3c.delivery.explanations import as_sentence  # noqa: PLC0415 - as above
    from stage3c.delivery.known_failures import explain  # noqa: PLC0415 - likewise
    from stage3c.delivery.release import Failed  # noqa: PLC0415 - likewise
    from stage3c.delivery.terraform import TerraformError  # noqa: PLC0415 - likewise

    if isinstance(error, Failed):
        return delivery.causes_of(build, asked.endpoint_url)
    return [as_sentence(each, build) for each in explain(error.log)] if isinstance(error, TerraformError) else []


def _write(spec: Path, env: str | None, out: Path, output: Table) -> None:
    """Build: the files of the stack, after judging what they change. With a JSON report, findings go to standard error."""
    with redirect_stdout(sys.stderr) if output is Table.JSON else nullcontext():
        builds, diagnostics = judged(
            [spec], env, Format.TEXT, out, lambda each: judged_changes(each, on_disk(out / each.stack_name))
        )
    write_files(rendered(builds, out), builds, diagnostics, check=False)


def _look(build: "Build", asked: Asked, told: Told) -> None:
    """Stop at what preflight calls an error; what it may not look at stops nothing."""
    from stage3c.live.account import FindingError  # noqa: PLC0415 - as above
    from stage3c.live.preflight import run  # noqa: PLC0415 - likewise

    with waiting("checking the AWS account"):
        rows = run(build.stack, asked.endpoint_url, asked.resolver, None, None)
    faults = [each for each in rows if each.outcome == "error" and each.check.id not in _HANDLED]
    told.why = [f"{each.check.id}: {each.cause} Fix: {each.fix}" for each in faults]
    if faults:
        raise FindingError("preflight found what would stop the release.", "correct it, or add --no-preflight.")


def _run(work: "Release", told: Told, talk: "Talk") -> None:
    for step in work.steps():
        say(f"{step.name}: {step.title}")
        began = time.monotonic()
        try:
            with waiting(step.name):
                notes = step.do()
        except BaseException:
            told.steps.append(_row(step, "stopped", began, []))
            raise
        told.steps.append(_row(step, "done", began, notes))
        for note in notes:
            talk.say(f"  {note}")
        say(f"{step.name}: done ({time.monotonic() - began:.0f} s)")


def _row(step: "Step", outcome: str, began: float, notes: list[str]) -> dict[str, Any]:
    return {"name": step.name, "outcome": outcome, "seconds": round(time.monotonic() - began, 1), "notes": notes}


def _say(build: "Build", text: str) -> None:
    say(report.printable(build.hidden.clean(text)))


def _confirm(build: "Build", plan: Sequence[str], *, yes: bool) -> None:
    for line in plan:
        _say(build, f"plan: {line}")
    if yes:
        return
    if os.environ.get("CI"):
        fail(USAGE, "no confirmation is possible where CI is set; this plan was not applied.", "add --yes.")
    require_yes("Apply this?", "this plan was not applied")


def _timer(wait: int) -> Callable[[float | None], bool]:
    """Pauses between two polls, and returns False once it takes too long."""
    again = pausing(_POLL_SECONDS)
    return lambda most: again(wait if most is None else most)


def _finish(build: "Build", told: Told, output: Table, here: Here) -> None:
    if output is Table.JSON:
        sentences = {"why": told.why, "back": told.back}
        complete = {name: [here.complete(each) for each in texts] for name, texts in sentences.items()}
        found = {"stack": build.stack_name, **asdict(told), **complete}
        print(build.hidden.clean(json.dumps(found, indent=2)))
        return
    if told.secrets:
        print("Secrets to fill, then run the same command again:")
    for each in told.secrets:
        keys = f" (keys: {', '.join(each['keys'])})" if each["keys"] else ""
        print(report.printable(f"  {each['name']}{keys}"))
        print(report.printable(f"    {each['command']}"))
        print(report.printable(f"    then {each['typed']}"))
    lines = [f"{'ok' if each['passed'] else 'failed':<7} {each['name']}" for each in told.checks]
    lines += [f"        {fault}" for each in told.checks for fault in each["faults"]]
    lines += [f"why: {here.complete(sentence)}" for sentence in told.why] + [
        f"to go back: {here.complete(each)}" for each in told.back
    ]
    for line in lines:
        print(report.printable(build.hidden.clean(line)))


def _verify(build: "Build", asked: Asked, told: Told, replaced: Sequence[str]) -> None:
    """Verify from outside; for a failed check, also find its causes and the commands that roll back what was replaced."""
    if not delivery.has_target(build, asked.url):
        say("verify: no service is reachable from outside, so nothing was verified")
        return
    say("verify: send the checks of the spec")
    detour = delivery.detour_of(asked.connect_to)
    found, why = delivery.verified(build, asked.url, asked.endpoint_url, _VERIFY_SECONDS, detour)
    told.checks = [{"name": row.name, "passed": row.passed, "faults": list(row.faults)} for row in found]
    told.why = why
    failed = not all(row.passed for row in found)
    told.back = [f"stage3c rollback SPEC --service {key}" for key in replaced] if failed else []
