"""The commands about what has been deployed: what failed, and whether it works."""

import io
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from msgspec.structs import replace

from stage3c.aws.kinds.kind import Unanswered
from stage3c.cli.console import ENVIRONMENT, FINDINGS, USAGE, Env, Spec, Table, fail, one_build, say
from stage3c.cli.console import Format as FindingsFormat
from stage3c.cli.live import ConnectTo, EndpointUrl
from stage3c.output import files, report
from stage3c.pipeline import Build
from stage3c.shipped import install_command

if TYPE_CHECKING:
    from stage3c.delivery.detour import Detour
    from stage3c.delivery.verification import Row
    from stage3c.output.endpoints import Endpoint

app = typer.Typer()


@app.command("explain-error")
def explain_error(
    log: Annotated[
        str, typer.Argument(metavar="FILE", help="Terraform log, stopped reason or application log; - reads it.")
    ],
    spec: Annotated[Path | None, typer.Option("--spec", help="Spec of the stack, to name the line to look at.")] = None,
    env: Env = None,
    output: Annotated[Table, typer.Option("--format", help="Output format.")] = Table.TEXT,
) -> None:
    """Explain the errors of AWS, Terraform and PostgreSQL in a log; exit 1 if none is known."""
    from stage3c.delivery import explanations  # noqa: PLC0415 - only this command reads logs
    from stage3c.delivery.known_failures import explain  # noqa: PLC0415 - likewise

    try:
        text = _typed() if log == "-" else files.read_log(Path(log))
    except files.FileError as error:
        fail(USAGE, report.printable(error.cause), report.printable(error.fix))
    build = one_build(spec, env, FindingsFormat(output.value)) if spec else None
    found = explain(text)
    if output is Table.JSON:
        print(explanations.as_json(found, build), end="")
    else:
        print(report.printable_lines(explanations.as_text(found, build)), end="")
    say(f"{len(found)} known failure{'s' if len(found) != 1 else ''} found")
    if not found:
        say("report a message that is missing here, with its cause: it is added to the table")
        raise typer.Exit(FINDINGS)


def _typed() -> str:
    """Standard input, whatever its bytes."""
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(encoding="utf-8", errors="replace")
    return sys.stdin.read()


@app.command()
def verify(
    spec: Spec,
    env: Env = None,
    url: Annotated[
        str | None,
        typer.Option("--url", metavar="URL", help="Address to check (default: that of the public load balancer)."),
    ] = None,
    wait: Annotated[
        int, typer.Option("--wait", min=0, max=3600, help="Seconds to go on trying while a deployment settles.")
    ] = 60,
    junit: Annotated[Path | None, typer.Option("--junit", help="Also write the result as JUnit XML.")] = None,
    endpoint_url: EndpointUrl = None,
    output: Annotated[Table, typer.Option("--format", help="Output format.")] = Table.TEXT,
    connect_to: ConnectTo = None,
) -> None:
    """Verify from outside that the deployed stack works, and say why it does not; exit 1 if anything fails."""
    require_httpx()
    build = one_build(spec, env, FindingsFormat(output.value))
    verify_build(build, url, wait, endpoint_url, connect_to, junit, output)


def verify_build(
    build: Build,
    url: str | None,
    wait: int,
    endpoint_url: str | None,
    connect_to: list[str] | None,
    junit: Path | None = None,
    output: Table = Table.TEXT,
) -> None:
    """Verify a stack, print the result, and leave with 1 if anything fails."""
    from stage3c.delivery import rows as report_of  # noqa: PLC0415 - only what verifies prints rows

    found, why = verified(build, url, endpoint_url, wait, detour_of(connect_to))
    if junit:
        _write(junit, report_of.as_junit(found, build))
    if output is Table.JSON:
        print(build.hidden.clean(report_of.as_json(found, build, why)), end="")
    else:
        print(report.printable_lines(build.hidden.clean(report_of.as_text(found, build, why))), end="")
    failed = sum(not row.passed for row in found)
    say(f"{len(found) - failed} of {len(found)} checks pass")
    if failed:
        raise typer.Exit(FINDINGS)


def verified(
    build: Build, url: str | None, endpoint_url: str | None, wait: int, detour: "Detour | None" = None
) -> "tuple[list[Row], list[str]]":
    """Everything that is verified, and why it fails as far as the account says."""
    require_httpx()
    from stage3c.delivery.verification import verify as run  # noqa: PLC0415 - as above

    endpoint = _endpoint(build, url, endpoint_url)
    found = run(
        endpoint, build.stack.checks, wait, lambda passed, all_of, seconds: _tell(passed, all_of, seconds, wait), detour
    )
    return found, [] if all(row.passed for row in found) else causes_of(build, endpoint_url)


def detour_of(connect_to: list[str] | None) -> "Detour | None":
    """Where hosts are reached, if it is said."""
    from stage3c.delivery.detour import parsed  # noqa: PLC0415 - likewise

    if not connect_to:
        return None
    detour = parsed(connect_to)
    if detour is None:
        fail(USAGE, "--connect-to is not HOST:PORT:ADDRESS:PORT.", "--connect-to shop.example.com:443:127.0.0.1:8443")
    return detour


def require_httpx(instead: str = "") -> None:
    """Leave where httpx is missing, which sends the checks; `instead` is what helps besides."""
    if find_spec("httpx") is None:
        cause = "httpx is required to verify a stack, and is not installed."
        fail(ENVIRONMENT, cause, ", ".join(filter(None, (install_command("verify"), instead))))


def has_target(build: Build, url: str | None) -> bool:
    """Whether there is something to send the checks to."""
    from stage3c.output.endpoints import endpoint_of  # noqa: PLC0415 - likewise

    return url is not None or endpoint_of(build.stack) is not None


def refuse_early(url: str | None, connect_to: list[str] | None = None) -> None:
    """Leave over options that verification would refuse, before a command changes anything."""
    detour_of(connect_to)
    if url is not None:
        _given(url)


def _given(url: str) -> "Endpoint":
    from stage3c.output.endpoints import given  # noqa: PLC0415 - likewise

    endpoint = given(url)
    if endpoint is None:
        fail(USAGE, "the URL has no host or is not http or https.", "--url https://shop.example.com")
    return endpoint


def _endpoint(build: Build, url: str | None, endpoint_url: str | None) -> "Endpoint":
    """Where the checks go: the URL that was given, the name in the spec, or the load balancer's own name."""
    from stage3c.output.endpoints import endpoint_of  # noqa: PLC0415 - likewise

    if url is not None:
        return _given(url)
    endpoint = endpoint_of(build.stack)
    if endpoint is None:
        fail(USAGE, "no service is behind an internet-facing load balancer.", "--url http://127.0.0.1:8000")
    return endpoint if endpoint.url else _of_account(build, endpoint, endpoint_url)


def _of_account(build: Build, endpoint: "Endpoint", endpoint_url: str | None) -> "Endpoint":
    """The address of a load balancer that has no name of its own."""
    from stage3c.delivery.causes import name_of  # noqa: PLC0415 - likewise
    from stage3c.live.account import Account, LiveError  # noqa: PLC0415 - only what asks AWS needs boto3

    assert build.graph is not None
    name = name_of(build.graph, f"aws_lb.{endpoint.balancer}")
    try:
        answer = Account(build.stack.region, endpoint_url).ask("elbv2.describe_load_balancers", Names=[name])
        host = str(answer["LoadBalancers"][0]["DNSName"])
    except (LiveError, Unanswered, IndexError):
        fail(ENVIRONMENT, f"the address of load balancer {name} is not known.", "log in to AWS, or add --url URL.")
    port = build.stack.load_balancers[endpoint.balancer].http
    return replace(endpoint, url=f"http://{host}:{port}")


def causes_of(build: Build, endpoint_url: str | None) -> list[str]:
    """Why checks fail, as far as the account says."""
    from stage3c.cli.progress import waiting  # noqa: PLC0415 - likewise
    from stage3c.delivery.causes import causes, look  # noqa: PLC0415 - likewise
    from stage3c.live.account import Account, LiveError  # noqa: PLC0415 - likewise

    try:
        with waiting("asking AWS why"):
            return causes(look(Account(build.stack.region, endpoint_url), build), build)
    except (LiveError, Unanswered) as error:
        cause = error.cause if isinstance(error, LiveError) else f"{error}."
        return [f"AWS was not asked: {cause}"]


def _tell(passed: int, all_of: int, seconds: float, wait: int) -> None:
    say(f"{passed} of {all_of} checks pass; trying again ({seconds:.0f} s of {wait} s)")


def _write(path: Path, text: str) -> None:
    try:
        files.write_all({path: text})
    except files.FileError as error:
        fail(ENVIRONMENT, report.printable(error.cause), report.printable(error.fix))
