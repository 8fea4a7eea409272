"""The command that deploys a stack into an emulated AWS account with the real Terraform, and removes it again."""

import importlib.util
import ipaddress
import json
import os
import shlex
import time
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import typer
from msgspec.structs import replace

from stage3c.cli.console import ENVIRONMENT, FINDINGS, GENERATED, USAGE, Env, Format, Spec, Table, fail, one_build, say
from stage3c.cli.live import Here
from stage3c.cli.progress import waiting
from stage3c.output import files
from stage3c.output.report import printable, printable_lines
from stage3c.shipped import install_command

if TYPE_CHECKING:
    from stage3c.pipeline import Build
    from stage3c.rehearsal.steps import Row, Step

app = typer.Typer()


class Until(StrEnum):
    """The steps of a rehearsal."""

    BUILD = "build"
    PROVE = "prove"
    EMULATOR = "emulator"
    BOOTSTRAP = "bootstrap"
    APPLY = "apply"
    PLAN = "plan"
    TASKS = "tasks"
    SERVICES = "services"
    CHECKS = "checks"
    SCALE = "scale"
    ROLLOUT = "rollout"
    ROLLBACK = "rollback"
    ROTATION = "rotation"
    DESTROY = "destroy"


@app.command()
def rehearse(
    spec: Spec,
    env: Env = None,
    until: Annotated[Until, typer.Option("--until", help="Last step to run.")] = Until.DESTROY,
    keep: Annotated[
        bool, typer.Option("--keep", help="Skip destroy, and keep the emulated account running until Ctrl-C.")
    ] = False,
    everything: Annotated[
        bool, typer.Option("--all", help="Also destroy the bootstrap stack: state bucket and lock table.")
    ] = False,
    endpoint_url: Annotated[
        str | None,
        typer.Option("--endpoint-url", metavar="URL", help="Use another emulator, at a loopback address."),
    ] = None,
    logs: Annotated[Path, typer.Option("--logs", help="Folder for the logs of all processes.")] = Path("rehearsal"),
    junit: Annotated[Path | None, typer.Option("--junit", help="Also write the result as JUnit XML.")] = None,
    output: Annotated[Table, typer.Option("--format", help="Output format.")] = Table.TEXT,
) -> None:
    """Deploy a stack with the real Terraform into an emulated AWS account, and remove it again."""
    from stage3c.rehearsal.report import as_junit, as_object, as_text  # noqa: PLC0415 - only this command rehearses

    build = one_build(spec, env, Format(output.value))
    _require_tools()
    _require_loopback(endpoint_url)
    last = Until.ROTATION if keep and until is Until.DESTROY else until
    folder = logs / build.stack_name
    _require_folder(folder)
    rows = _rows(build, last, folder, endpoint_url, keep=keep, everything=everything)
    here, hidden, where = Here(spec, env, GENERATED / build.stack_name), build.hidden, str(folder)
    rows = [replace(row, fix=here.complete(row.fix)) for row in rows]
    if junit is not None:
        try:
            files.write_all({junit: hidden.clean(as_junit(build.stack_name, rows))})
        except files.FileError as error:
            fail(ENVIRONMENT, printable(error.cause), printable(error.fix))
    found = json.dumps(as_object(build.stack_name, rows, where), indent=2) + "\n"
    text = found if output is Table.JSON else printable_lines(as_text(rows, where))
    print(hidden.clean(text), end="")
    if any(row.outcome == "failed" for row in rows):
        raise typer.Exit(FINDINGS)


def _require_tools() -> None:
    """Fail if Terraform or a package is missing."""
    from stage3c.rehearsal import terraform  # noqa: PLC0415 - as above

    if not terraform.is_installed():
        fail(ENVIRONMENT, "terraform is not on the PATH.", "install Terraform 1.11 or later.")
    for package in ("boto3", "h11", "httpx", "moto", "packaging", "trustme"):
        if importlib.util.find_spec(package) is None:
            fail(ENVIRONMENT, f"{package} is not installed.", install_command("rehearse"))


def _require_loopback(url: str | None) -> None:
    """Fail if an emulator is not on this machine: a rehearsal calls nothing else, and least of all AWS."""
    if url is None:
        return
    try:
        parts = urlsplit(url)
        host, is_right = parts.hostname or "", parts.scheme in {"http", "https"} and parts.port != 0
        is_right &= host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        is_right = False
    if not is_right:
        fail(USAGE, "the endpoint is not a URL with a loopback address.", "--endpoint-url http://127.0.0.1:4566")


def _require_folder(folder: Path) -> None:
    """Make the folder of the logs, or fail."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        cause = f"the folder of the logs cannot be made: {os.strerror(error.errno or 0).lower()}: {folder}."
        fail(USAGE, printable(cause), "--logs FOLDER")


def _rows(
    build: "Build", last: Until, folder: Path, endpoint_url: str | None, *, keep: bool, everything: bool
) -> "list[Row]":
    from stage3c.rehearsal.isolation import isolated  # noqa: PLC0415 - as above
    from stage3c.rehearsal.processes import processes  # noqa: PLC0415 - likewise
    from stage3c.rehearsal.rehearsal import Rehearsal  # noqa: PLC0415 - likewise
    from stage3c.rehearsal.steps import run  # noqa: PLC0415 - likewise

    with isolated(build.stack.region), processes(folder) as running:
        rehearsal = Rehearsal(build, running, endpoint_url, until=last.value, everything=everything)
        rows: list[Row] = []
        steps = run(rehearsal.steps, last.value, _starting)
        try:
            while len(rows) < len(rehearsal.steps):
                with waiting(rehearsal.steps[len(rows)].name):
                    rows.append(next(steps))
                if rows[-1].outcome != "skipped":
                    say(f"{rows[-1].name}: {rows[-1].outcome} ({rows[-1].seconds:.1f} s)")
            if keep and rehearsal.url:
                _keep(rehearsal.exports)
        finally:
            rehearsal.close()
        return rows


def _starting(step: "Step") -> None:
    say(f"{step.name}: {step.title}")


def _keep(exports: dict[str, str]) -> None:
    """Say how other commands reach it, and wait for Ctrl-C."""
    say(f"the emulated account runs at {exports['AWS_ENDPOINT_URL']}; Ctrl-C ends it. In another shell:")
    for name, value in exports.items():
        say(f"export {name}={shlex.quote(value)}")
    try:
        while True:
            time.sleep(1)  # signal.pause() would miss a signal that comes just before it
    except KeyboardInterrupt:
        say("ending")
