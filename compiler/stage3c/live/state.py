"""What a stack's state knows: addresses, the ids by which AWS knows them, and their AWS names.

Nothing else is read of it, since a state holds values. What is not such a state is refused, never half believed.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from stage3c.language.model.stack import Stack
from stage3c.live.account import Account, Json, Unanswered, found
from stage3c.resources.stack import state_key, state_region

NAMES: Final = ("name", "identifier", "family", "bucket", "alarm_name", "dashboard_name")
"""The arguments by which types are named in AWS; none has two of them."""
NAMELESS: Final = frozenset({"aws_route53_record"})
"""Types whose `name` AWS and Terraform write in several ways."""

_MISSING = ("404", "NoSuchKey", "NoSuchBucket")
_IDS = ("id", "arn")
_VERSION: Final = 4  # of the format, since Terraform 0.12
# A key of `for_each` is written into blocks as it stands, so it may hold nothing that means something there.
_KEY: Final = r'(\[(\d+|"[^]["\\$%\x00-\x1f]*")\])?'
_MODULES: Final = re.compile(rf"module\.[\w-]+{_KEY}(\.module\.[\w-]+{_KEY})*")
_ADDRESS: Final = re.compile(rf"({_MODULES.pattern}\.)?[a-z][a-z0-9_]*\.[\w-]+{_KEY}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Held:
    """What the state says of one address: the ids and ARNs of what stands there, and how AWS calls it."""

    names: frozenset[str]
    called: str = ""


def known_resources(account: Account, stack: Stack) -> dict[str, Held]:
    """The managed resources of the state in its bucket, each instance by its address; none where there is no state yet."""
    client, key = account.client("s3", state_region(stack)), state_key(stack)
    answer = found(lambda: client.get_object(Bucket=stack.state.bucket, Key=key), *_MISSING)
    return dict(sorted(_read(answer["Body"].read()).items())) if answer else {}


def is_there(account: Account, stack: Stack) -> bool:
    """Whether there is a state at all, be it empty."""
    client, key = account.client("s3", state_region(stack)), state_key(stack)
    return found(lambda: client.head_object(Bucket=stack.state.bucket, Key=key), *_MISSING) is not None


def _read(text: bytes) -> dict[str, Held]:
    """Each instance by its address; one that waits to be destroyed, a deposed one, has the address of its successor."""
    try:
        state = json.loads(text)
    except (ValueError, RecursionError):
        raise Unanswered("the state in the bucket is not JSON") from None
    if not isinstance(state, dict) or state.get("version") != _VERSION:
        raise Unanswered(f"the state in the bucket is none of version {_VERSION}")
    if not isinstance(state.get("resources"), list):  # Terraform writes [] where there are none
        raise Unanswered("the state in the bucket does not have the form of a state")
    known: dict[str, Held] = {}
    try:
        for address, attributes in _instances(state):
            before = known.get(address, Held(frozenset()))
            names = before.names | frozenset(_texts(attributes, _IDS))
            known[address] = Held(names, next(_texts(attributes, NAMES), before.called))
    except (AttributeError, KeyError, TypeError):
        raise Unanswered("the state in the bucket does not have the form of a state") from None
    return known


def _instances(state: Json) -> Iterator[tuple[str, Json]]:
    for each in state["resources"]:
        if each["mode"] != "managed":
            continue
        module = f"{each['module']}." if each.get("module") else ""
        for instance in each["instances"]:
            key = instance.get("index_key")
            address = f"{module}{each['type']}.{each['name']}" + ("" if key is None else f"[{_written(key)}]")
            if not _ADDRESS.fullmatch(address):
                raise Unanswered("the state in the bucket has an address that cannot be written")
            yield address, instance.get("attributes") or {}


def _written(key: Json) -> str:
    return f'"{key}"' if isinstance(key, str) else str(key)


def _texts(attributes: Json, names: tuple[str, ...]) -> Iterator[str]:
    yield from (attributes[name] for name in names if isinstance(attributes.get(name), str))
