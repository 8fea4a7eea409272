"""What a stack's state holds: addresses, the ids and names by which AWS knows the resources, and their tags.

Of its outputs, only the one that a command needs is read: a state contains secret values. What is not such
a state is refused, never half believed.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct, field

from stage3c.aws.kinds import known
from stage3c.aws.kinds.kind import Json, Unanswered
from stage3c.language.model.stack import Stack
from stage3c.live.account import Account, found
from stage3c.live.ownership import OWNER_TAGS
from stage3c.resources.stack import state_key, state_region

NAMES: Final = ("name", "identifier", "family", "bucket", "alarm_name", "dashboard_name")
"""The arguments by which types are named in AWS; none has two of them."""
NAMELESS: Final = frozenset({"aws_route53_record"})
"""Types whose `name` AWS and Terraform write in several ways."""
MISSING: Final = ("404", "NoSuchKey", "NoSuchBucket")

_IDS = ("id", "arn")
_VERSION: Final = 4  # of the format, since Terraform 0.12
# A key of `for_each` is written into blocks as it is, so it may contain nothing that means something there.
_KEY: Final = r'(\[(\d+|"[^]["\\$%\x00-\x1f]*")\])?'
_MODULES: Final = re.compile(rf"module\.[\w-]+{_KEY}(\.module\.[\w-]+{_KEY})*")
_ADDRESS: Final = re.compile(rf"({_MODULES.pattern}\.)?[a-z][a-z0-9_]*\.[\w-]+{_KEY}", re.ASCII)


class NotAState(Unanswered):
    """What is stored is not a Terraform state: `problem` says why, as the predicate of a sentence."""

    def __init__(self, problem: str) -> None:
        """Take the predicate."""
        super().__init__(f"the state in the bucket {problem}")
        self.problem = problem


class Held(Struct, frozen=True):
    """What the state says of one address.

    `names` are the ids and ARNs, `called` is the AWS name or the Name tag, `identity` the import id (empty where the
    type is not known), `tags` those that say whose it is, `settings` the arguments whose change replaces the resource.
    """

    names: frozenset[str]
    called: str = ""
    kind: str = ""
    identity: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, str] = field(default_factory=dict)


class State(Struct, frozen=True):
    """A state: what it holds by address, and its place in the history of states. `serial` counts the writes."""

    held: Mapping[str, Held]
    lineage: str = ""
    serial: int = 0


def known_resources(account: Account, stack: Stack) -> dict[str, Held]:
    """The managed resources of the state in its bucket, each instance by its address; none where there is no state yet."""
    body = state_body(account, stack)
    return {} if body is None else dict(sorted(read(body).held.items()))


def is_there(account: Account, stack: Stack) -> bool:
    """Whether there is a state at all, be it empty."""
    return state_body(account, stack) is not None


def state_body(account: Account, stack: Stack) -> bytes | None:
    """The state as it is stored, or None where there is none."""
    client, key = account.client("s3", state_region(stack)), state_key(stack)
    answer = found(lambda: client.get_object(Bucket=stack.state.bucket, Key=key), *MISSING)
    return answer["Body"].read() if answer else None


def output_of(account: Account, stack: Stack, name: str) -> Json:
    """The value of one output of the stack, or None where the state does not have it."""
    body = state_body(account, stack)
    return None if body is None else _output(_parsed(body), name)


def _output(state: Json, name: str) -> Json:
    outputs = state.get("outputs")
    output = outputs.get(name) if isinstance(outputs, dict) else None
    return output.get("value") if isinstance(output, dict) else None


def read(text: bytes) -> State:
    """Each instance by its address; one that waits to be destroyed, a deposed one, has the address of its successor."""
    state = _parsed(text)
    try:
        serial = state.get("serial")
        return State(_held(state), str(state.get("lineage") or ""), serial if isinstance(serial, int) else 0)
    except (AttributeError, KeyError, TypeError):
        raise NotAState("does not have the form of a Terraform state") from None


def _parsed(text: bytes) -> Json:
    """The document, if it has the form of a state."""
    if not text.strip():
        raise NotAState("is empty")
    try:
        state = json.loads(text)
    except (ValueError, RecursionError):
        raise NotAState("is not JSON") from None
    if not isinstance(state, dict) or state.get("version") != _VERSION:
        raise NotAState(f"is not a Terraform state of version {_VERSION}")
    if not isinstance(state.get("resources"), list):  # Terraform writes [] where there are none
        raise NotAState("does not have the form of a Terraform state")
    return state


def _held(state: Json) -> dict[str, Held]:
    held: dict[str, Held] = {}
    for address, kind, attributes in _instances(state):
        before = held.get(address, Held(frozenset()))
        tags = attributes.get("tags_all") or attributes.get("tags") or {}
        called = next(_texts(attributes, NAMES), "") or str(tags.get("Name") or "") or before.called
        about = known(kind)
        held[address] = Held(
            before.names | frozenset(_texts(attributes, _IDS)),
            called,
            kind,
            about.of_state(attributes) if about else "",
            {name: str(tags[name]) for name in OWNER_TAGS if name in tags},
            {
                name: str(attributes[name])
                for name in (about.settings if about else ())
                if attributes.get(name) is not None
            },
        )
    return held


def _instances(state: Json) -> Iterator[tuple[str, str, Json]]:
    for each in state["resources"]:
        if each["mode"] != "managed":
            continue
        module = f"{each['module']}." if each.get("module") else ""
        for instance in each["instances"]:
            key = instance.get("index_key")
            address = f"{module}{each['type']}.{each['name']}" + ("" if key is None else f"[{_written(key)}]")
            if not _ADDRESS.fullmatch(address):
                raise NotAState("has an address that cannot be written")
            yield address, each["type"], instance.get("attributes") or {}


def _written(key: Json) -> str:
    return f'"{key}"' if isinstance(key, str) else str(key)


def _texts(attributes: Json, names: tuple[str, ...]) -> Iterator[str]:
    yield from (attributes[name] for name in names if isinstance(attributes.get(name), str))
