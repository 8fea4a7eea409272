"""An AWS account: clients by service and region, and errors told as sentences. Nothing is changed but by `perform`.

Owns the only import of boto3. Credentials are whatever boto3's own chain finds; nothing here reads, keeps or prints one.
"""

import re
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

Json = Any  # what JSON can hold
T = TypeVar("T")
R = TypeVar("R")

INSTALL = 'pip install "stage3c[aws]"'
_ENDPOINT = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~/-]*)?")
_AT_ONCE = 8
_NOT_VALID = frozenset(
    {"ExpiredToken", "ExpiredTokenException", "InvalidClientTokenId", "RequestExpired", "UnrecognizedClientException"}
)
_LIMITS = {
    "max_pool_connections": 32,
    "connect_timeout": 5,
    "read_timeout": 15,
    "retries": {"max_attempts": 3, "mode": "standard"},
}


class LiveError(Exception):
    """The world fails: told as cause and fix."""

    def __init__(self, cause: str, fix: str) -> None:
        """Take both as full sentences."""
        super().__init__(cause)
        self.cause = cause
        self.fix = fix


class UsageError(LiveError):
    """What was asked for cannot be done, whatever the world is like."""


class Unanswered(Exception):  # noqa: N818 - not an error of the program, but an answer that could not be had
    """One look-up that could not be made, and why."""


class Account:
    """Clients for one account; made once each, under a lock, since boto3 makes none in parallel."""

    def __init__(self, region: str, endpoint_url: str | None = None, resolver: str | None = None) -> None:
        """Find boto3; nothing is asked yet. `resolver` is whom to ask of the public DNS, unless it is the system's own."""
        self.endpoint_url = endpoint_url
        self.resolver = resolver
        try:
            import boto3  # noqa: PLC0415 - an extra
            from botocore import config  # noqa: PLC0415 - likewise
            from botocore.exceptions import BotoCoreError  # noqa: PLC0415 - likewise
        except ModuleNotFoundError:
            raise LiveError("looking at an account needs boto3, which is not installed.", INSTALL) from None
        if endpoint_url is not None and not _ENDPOINT.fullmatch(endpoint_url):
            raise UsageError("the endpoint is no URL of http or https.", "--endpoint-url http://127.0.0.1:5000")
        try:
            self._session = boto3.Session(region_name=region)
        except BotoCoreError as error:
            raise LiveError(
                f"the AWS settings cannot be used: {error}.", "check AWS_PROFILE and ~/.aws/config."
            ) from None
        self._settings = {"config": config.Config(**_LIMITS), "endpoint_url": endpoint_url}
        self._clients: dict[tuple[str, str | None], Any] = {}
        self._lock = threading.Lock()

    def client(self, service: str, region: str | None = None) -> Any:  # noqa: ANN401 - boto3 makes clients at run time
        """The client of a service, in the stack's own region unless told."""
        with self._lock:
            if (service, region) not in self._clients:
                made = self._session.client(service, region_name=region, **self._settings)
                self._clients[service, region] = made
            return self._clients[service, region]

    def perform(self, words: Sequence[str]) -> None:
        """Carry out a command as the AWS CLI takes it: service, operation, then options that are its parameters.

        `wait` goes before the name of a waiter. Only for commands of our own making.
        """
        from botocore import xform_name  # noqa: PLC0415 - as above

        service, *verb = [*words[: 3 if words[1] == "wait" else 2]]
        client = self.client({"s3api": "s3"}.get(service, service))
        waiter = client.get_waiter(verb[1].replace("-", "_")) if verb[0] == "wait" else None
        name = verb[-1].replace("-", "_")
        operation = client.meta.method_to_api_mapping.get(name) or _operation_of(client, waiter)
        members = client.meta.service_model.operation_model(operation).input_shape.members
        asked_for: dict[str, Any] = {}
        for option, value in _options(words[1 + len(verb) :]):
            member = next(each for each in members if xform_name(each, "-") == option)
            kind = members[member].type_name
            asked_for[member] = {"list": [value], "boolean": True}.get(kind, value)
        waiter.wait(**asked_for) if waiter else getattr(client, name)(**asked_for)


def _operation_of(client: Json, waiter: Json) -> str:
    config = client._get_waiter_config()["waiters"]  # noqa: SLF001 - the model has it nowhere else
    return str(config[waiter.name]["operation"])


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
    """What AWS answers, or None where it says, by one of these codes, that there is no such thing."""
    from botocore.exceptions import ClientError  # noqa: PLC0415 - as above

    try:
        return ask()
    except ClientError as error:
        if error.response["Error"]["Code"] in missing:
            return None
        raise


def code_of(ask: Callable[[], Json]) -> str:
    """The code by which AWS refuses a question, such as `404`; empty where it answers."""
    from botocore.exceptions import ClientError  # noqa: PLC0415 - as above

    try:
        ask()
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return ""


def asked(ask: Callable[[], Json]) -> Json:
    """An answer, or `Unanswered` with AWS's code and no more of its text than that: texts may quote what was sent."""
    from botocore import exceptions, parsers  # noqa: PLC0415 - as above

    try:
        return ask()
    except (parsers.ResponseParserError, LookupError, TypeError, AttributeError, ValueError, RecursionError):
        raise Unanswered("the answer was none of AWS's") from None
    except (exceptions.NoCredentialsError, exceptions.CredentialRetrievalError, exceptions.PartialCredentialsError):
        raise LiveError("there are no AWS credentials.", "aws sso login, or set AWS_PROFILE.") from None
    except (exceptions.SSOError, exceptions.TokenRetrievalError):
        raise LiveError("the login has expired.", "aws sso login") from None
    except exceptions.ClientError as error:
        if error.response["Error"]["Code"] in _NOT_VALID:
            raise LiveError(
                f"AWS does not take the credentials ({error.response['Error']['Code']}).",
                "aws sso login, or set AWS_PROFILE.",
            ) from None
        code = error.response["Error"]["Code"] or "an error without a code"
        raise Unanswered(f"{error.operation_name} was answered {code}") from None
    except exceptions.BotoCoreError as error:
        raise Unanswered(f"AWS did not answer ({type(error).__name__})") from None
