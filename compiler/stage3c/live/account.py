"""An AWS account: questions by service and operation, and errors as sentences. Only `perform` changes anything.

Owns the only import of boto3. Credentials are whatever boto3's own chain finds; nothing here reads, keeps or prints one.
Only errors of an API call itself are caught: what goes wrong in our own reading of an answer is our bug, and is raised.
"""

import io
import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import Any, Final, TypeVar

from stage3c.aws.kinds.kind import Json, Refused, Unanswered
from stage3c.shipped import install_command

T = TypeVar("T")
R = TypeVar("R")

_ENDPOINT = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~/-]*)?")
_AT_ONCE = 8
_NOT_VALID = frozenset(
    {"ExpiredToken", "ExpiredTokenException", "InvalidClientTokenId", "RequestExpired", "UnrecognizedClientException"}
)
_THROTTLED = frozenset({"Throttling", "ThrottlingException", "RequestLimitExceeded", "TooManyRequestsException"})
_PAUSES: Final = (0.5, 1.0, 2.0)
# A service that does not answer costs at most 2 x 6 s, and once it is known to be silent, nothing more.
_LIMITS = {
    "max_pool_connections": 32,
    "connect_timeout": 3,
    "read_timeout": 6,
    "retries": {"total_max_attempts": 2, "mode": "standard"},
}


class LiveError(Exception):
    """Something outside the program fails: a cause and a fix."""

    def __init__(self, cause: str, fix: str) -> None:
        """Take both as full sentences."""
        super().__init__(cause)
        self.cause = cause
        self.fix = fix


class UsageError(LiveError):
    """What was asked for cannot be done, whatever the account contains."""


class FindingError(LiveError):
    """The spec, or the code of a service, has to be changed first."""


def permission(reason: Unanswered, *actions: str) -> str:
    """The fix for a question that was not answered: the permission that is missing, or to try again."""
    if reason.is_denied:
        return f"allow the caller {' and '.join(actions) or 'what it asked for'}."
    return "try again; see https://health.aws.amazon.com/health/status if it goes on."


class Answer(dict[str, Json]):
    """What AWS answered. A member that is missing means that the answer is not one of AWS."""

    def __missing__(self, key: str) -> Json:
        """Blame the answer, not the reader."""
        raise Unanswered(f"the answer has no {key}")


def _answer(told: Json) -> Json:
    if isinstance(told, dict):
        return Answer({key: _answer(value) for key, value in told.items()})
    return [_answer(each) for each in told] if isinstance(told, list) else told


class Client:
    """One service in one region: every operation of boto3's client as a method that raises `Unanswered`."""

    def __init__(self, made: Json, account: "Account") -> None:
        """Take boto3's client, and the account that knows which services are silent."""
        self._made = made
        self._account = account
        self.meta = made.meta

    def __getattr__(self, operation: str) -> Callable[..., Json]:
        """An operation, such as `describe_vpcs`."""
        ask = getattr(self._made, operation)
        return lambda **parameters: self._account.sent(self.meta.service_model.service_name, lambda: ask(**parameters))

    def pages(self, operation: str, members: str, **parameters: Json) -> Iterator[Json]:
        """All members of all pages of an answer."""
        if not self._made.can_paginate(operation):
            yield from getattr(self, operation)(**parameters).get(members, [])
            return
        pages = iter(self._made.get_paginator(operation).paginate(**parameters))
        service = self.meta.service_model.service_name
        while (page := self._account.sent(service, lambda: next(pages, None))) is not None:
            yield from page.get(members) or []

    def wait(self, name: str, **parameters: Json) -> None:
        """Wait until something is so."""
        waiter = self._made.get_waiter(name)
        self._account.sent(self.meta.service_model.service_name, lambda: waiter.wait(**parameters))

    def waited_for(self, name: str) -> str:
        """The operation that a waiter repeats."""
        config = self._made._get_waiter_config()["waiters"]  # noqa: SLF001 - the model has it nowhere else
        return str(config[self._made.get_waiter(name).name]["operation"])


class Account:
    """Clients for one account; made once each, under a lock, since boto3 cannot make them in parallel."""

    def __init__(self, region: str, endpoint_url: str | None = None, resolver: str | None = None) -> None:
        """Find boto3; nothing is asked yet. `resolver` answers for the public DNS, in place of the system's own."""
        self.region = region
        self.endpoint_url = endpoint_url
        self.resolver = resolver
        try:
            import boto3  # noqa: PLC0415 - an extra
            from botocore import config  # noqa: PLC0415 - likewise
            from botocore.exceptions import BotoCoreError  # noqa: PLC0415 - likewise
        except ModuleNotFoundError:
            raise LiveError(
                "boto3 is required to read an AWS account, and is not installed.", install_command("aws")
            ) from None
        if endpoint_url is not None and not _ENDPOINT.fullmatch(endpoint_url):
            raise UsageError("the endpoint is not an http or https URL.", "--endpoint-url http://127.0.0.1:5000")
        try:
            self._session = boto3.Session(region_name=region)
        except BotoCoreError as error:
            raise LiveError(
                f"the AWS settings cannot be used: {error}.", "check AWS_PROFILE and ~/.aws/config."
            ) from None
        self._settings = {"config": config.Config(**_LIMITS), "endpoint_url": endpoint_url}
        self._clients: dict[tuple[str, str | None], Client] = {}
        self._lock = threading.Lock()
        self._silent: set[str] = set()
        self._has_answered = False

    def client(self, service: str, region: str | None = None) -> Any:  # noqa: ANN401 - its methods are made at run time
        """The client of a service, in the region of the stack by default."""
        with self._lock:
            if (service, region) not in self._clients:
                made = self._session.client(service, region_name=region, **self._settings)
                self._clients[service, region] = Client(made, self)
            return self._clients[service, region]

    @cached_property
    def account(self) -> str:
        """The number of the account."""
        return str(self.ask("sts.get_caller_identity")["Account"])

    @property
    def partition(self) -> str:
        """The partition of the region."""
        return str(self.client("sts").meta.partition)

    def ask(self, call: str, /, **parameters: Json) -> Json:
        """Return what AWS answers to `service.operation`."""
        service, _, operation = call.partition(".")
        return getattr(self.client(service), operation)(**parameters)

    def maybe(self, call: str, /, *codes: str, **parameters: Json) -> Json:
        """Return what AWS answers, or None where it refuses with one of these codes."""
        return found(lambda: self.ask(call, **parameters), *codes)

    def all(self, call: str, members: str, /, **parameters: Json) -> Iterator[Json]:
        """Return the members of all pages of an answer."""
        service, _, operation = call.partition(".")
        yield from self.client(service).pages(operation, members, **parameters)

    def sent(self, service: str, ask: Callable[[], Json]) -> Json:
        """Send one request. A service that has not answered once is not asked again; throttling is waited out."""
        if service in self._silent or (self._silent and not self._has_answered):
            raise Unanswered("AWS does not answer")
        for pause in (*_PAUSES, None):
            try:
                told = _sent(ask)
            except Refused as refused:
                self._has_answered = True
                if pause is None or refused.code not in _THROTTLED:
                    raise
                time.sleep(pause)
            except _Silent as silence:
                self._silent.add(service)
                raise Unanswered(str(silence)) from None
            else:
                self._has_answered = True
                return told
        return None

    def perform(self, words: Sequence[str]) -> None:
        """Carry out a command as the AWS CLI takes it: service, operation, then options that are its parameters.

        `wait` goes before the name of a waiter. Only for commands of our own making.
        """
        from botocore import xform_name  # noqa: PLC0415 - as above

        service, *verb = [*words[: 3 if words[1] == "wait" else 2]]
        client = self.client({"s3api": "s3"}.get(service, service))
        name = verb[-1].replace("-", "_")
        operation = client.meta.method_to_api_mapping.get(name) or client.waited_for(name)
        members = client.meta.service_model.operation_model(operation).input_shape.members
        asked_for: dict[str, Any] = {}
        for option, value in _options(words[1 + len(verb) :]):
            member = next(each for each in members if xform_name(each, "-") == option)
            kind = members[member].type_name
            asked_for[member] = {"list": [value], "boolean": True}.get(kind, value)
        if verb[0] == "wait":
            client.wait(name, **asked_for)
        else:
            getattr(client, name)(**asked_for)


class _Silent(Exception):  # noqa: N818 - as Unanswered
    """A service that cannot be reached."""


def _sent(ask: Callable[[], Json]) -> Json:
    """Return an answer, or raise with AWS's error code and nothing else of its text, which may quote what was sent."""
    from botocore import exceptions, parsers  # noqa: PLC0415 - as above

    try:
        told = ask()
        if isinstance(told, dict) and hasattr(
            told.get("Body"), "read"
        ):  # read here, since the connection may break then
            told = {**told, "Body": io.BytesIO(told["Body"].read())}
    except (exceptions.NoCredentialsError, exceptions.CredentialRetrievalError, exceptions.PartialCredentialsError):
        raise LiveError("there are no AWS credentials.", "aws sso login, or set AWS_PROFILE.") from None
    except (exceptions.SSOError, exceptions.TokenRetrievalError):
        raise LiveError("the login has expired.", "aws sso login") from None
    except exceptions.ClientError as error:
        code = str(error.response.get("Error", {}).get("Code") or "an error without a code")
        if code in _NOT_VALID:
            raise LiveError(
                f"AWS does not accept the credentials ({code}).", "aws sso login, or set AWS_PROFILE."
            ) from None
        raise Refused(error.operation_name, code) from None
    except exceptions.HTTPClientError as error:  # time-outs and connections that fail
        raise _Silent(f"AWS did not answer ({type(error).__name__})") from None
    except exceptions.BotoCoreError as error:
        raise Unanswered(f"AWS did not answer ({type(error).__name__})") from None
    except (parsers.ResponseParserError, LookupError, TypeError, AttributeError, ValueError, RecursionError):
        raise Unanswered("the answer is not one of AWS") from None  # botocore's own, at what is no answer
    return _answer(told)


def _options(words: Sequence[str]) -> Iterator[tuple[str, str]]:
    for place, word in enumerate(words):
        if word.startswith("--"):
            following = words[place + 1] if place + 1 < len(words) else ""
            yield word.removeprefix("--"), "" if following.startswith("--") else following


def side_by_side(ask: Callable[[T], R], things: Iterable[T], at_once: int = _AT_ONCE) -> list[R]:
    """Ask about many things at once: the answers in their order."""
    with ThreadPoolExecutor(at_once) as threads:
        return list(threads.map(ask, things))


def found(ask: Callable[[], Json], *missing: str) -> Json:
    """What AWS answers, or None where it refuses with one of these codes."""
    try:
        return ask()
    except Refused as refused:
        if refused.code in missing:
            return None
        raise


def code_of(ask: Callable[[], Json]) -> str:
    """The code by which AWS refuses a question, such as `404`; empty where it answers."""
    try:
        ask()
    except Refused as refused:
        return refused.code
    return ""
