"""An emulated account in the same process: what a command asks is seen, may be refused, and may be answered late.

`mock_aws` answers in under two milliseconds, so that thousands of accounts can be made. Clients of the commands go through
`Quick`, which keeps them between runs; those of the tests do not, so nothing that a test refuses hits its own questions.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from types import SimpleNamespace
from typing import Any

import boto3
from moto import mock_aws
from moto.moto_api._internal.models import moto_api_backend
from msgspec import Struct
from stage3c.rehearsal.emulator.extensions import extend_all

REGION = "us-east-1"
NUMBER = "123456789012"
_READS = ("Describe", "List", "Get", "Head", "BatchGet", "BatchCheck", "Simulate", "Filter", "Query", "Scan", "Search")
Hook = Callable[["Call"], None]


class Call(Struct, frozen=True):
    """One question or order of a command to AWS, by the names of boto3's models."""

    service: str
    operation: str
    params: dict[str, Any]

    @property
    def changes(self) -> bool:
        """Whether it is more than a look."""
        return not self.operation.startswith(_READS)


@dataclass
class World:
    """The account, and what the tests do to those who look at it."""

    calls: list[Call] = field(default_factory=list)
    refused: list[Callable[[Call], str]] = field(default_factory=list)
    before: list[Hook] = field(default_factory=list)

    def client(self, service: str, region: str = REGION) -> Any:
        """The test's own client, which is never refused."""
        return _own_client(service, region)

    def reset(self) -> None:
        """Make it an account in which nothing has ever been."""
        moto_api_backend.reset()
        self.calls.clear()
        self.refused.clear()
        self.before.clear()

    def refuse(self, service: str, *operations: str, code: str = "AccessDenied") -> None:
        """Answer these operations, or all of the service, with an error for as long as the account lives."""

        def judged(call: Call) -> str:
            return code if call.service == service and (not operations or call.operation in operations) else ""

        self.refused.append(judged)

    def changes(self) -> list[Call]:
        """What the commands have changed, or tried to."""
        return [call for call in self.calls if call.changes]


WORLD = World()
REAL = boto3.session.Session


@cache
def _shared() -> Any:
    return REAL("testing", "testing")


@cache
def _own_client(service: str, region: str) -> Any:
    return _shared().client(service, region_name=region)


@cache
def _their_client(service: str, region: str) -> Any:
    client = _shared().client(service, region_name=region)
    client.meta.events.register("provide-client-params.*.*", _remember)
    client.meta.events.register("before-call.*.*", _see)
    return client


def _remember(params: dict[str, Any], context: dict[str, Any], **_more: Any) -> None:
    context["asked"] = dict(params)


def _see(model: Any, context: dict[str, Any], **_more: Any) -> Any:
    call = Call(model.service_model.service_name, model.name, context.get("asked", {}))
    WORLD.calls.append(call)
    for hook in [*WORLD.before]:
        hook(call)
    code = next((code for refuse in WORLD.refused if (code := refuse(call))), "")
    if not code:
        return None
    status = {"ThrottlingException": 400, "InternalError": 500}.get(code, 403)
    told = {"Error": {"Code": code, "Message": "refused by the test"}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return SimpleNamespace(status_code=status, headers={}, content=b""), told


class Quick(REAL):  # type: ignore[misc,valid-type] # boto3 has no types
    """A session whose clients are made once a process: making one takes longer than a hundred answers."""

    def __init__(self, region_name: str | None = None, **_more: Any) -> None:
        super().__init__("testing", "testing", region_name=region_name)
        self.own_region = region_name or REGION

    def client(self, service_name: str, region_name: str | None = None, **_settings: Any) -> Any:
        return _their_client(service_name, region_name or self.own_region)


@contextmanager
def in_process() -> Iterator[World]:
    """Put the emulated account in the place of AWS for as long as this lasts."""
    extend_all()
    mocked = mock_aws()
    mocked.start()
    boto3.Session = boto3.session.Session = Quick
    default, boto3.DEFAULT_SESSION = boto3.DEFAULT_SESSION, None
    try:
        WORLD.reset()
        yield WORLD
    finally:
        boto3.Session = boto3.session.Session = REAL
        boto3.DEFAULT_SESSION = default
        mocked.stop()
