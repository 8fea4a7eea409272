"""What a stack's state knows: addresses, and the ids by which AWS knows them.

Nothing else is read of it, since a state holds values.
"""

import json
from collections.abc import Iterator

from compiler.live.account import Account, Json, Unanswered, found
from compiler.model.stack import Stack
from compiler.resources.stack import state_key, state_region

_MISSING = ("404", "NoSuchKey", "NoSuchBucket")
_NAMES = ("id", "arn")


def known_resources(account: Account, stack: Stack) -> dict[str, frozenset[str]]:
    """The managed resources of the state in its bucket with their ids and ARNs; none where there is no state yet."""
    client, key = account.client("s3", state_region(stack)), state_key(stack)
    answer = found(lambda: client.get_object(Bucket=stack.state.bucket, Key=key), *_MISSING)
    return dict(sorted(_resources(answer["Body"].read()))) if answer else {}


def is_there(account: Account, stack: Stack) -> bool:
    """Whether there is a state at all, be it empty."""
    client, key = account.client("s3", state_region(stack)), state_key(stack)
    return found(lambda: client.head_object(Bucket=stack.state.bucket, Key=key), *_MISSING) is not None


def _resources(text: bytes) -> Iterator[tuple[str, frozenset[str]]]:
    try:
        state = json.loads(text)
    except (ValueError, RecursionError):
        raise Unanswered("the state in the bucket is not JSON") from None
    for each in state.get("resources", []) if isinstance(state, dict) else []:
        if each.get("mode") == "managed" and each.get("instances"):
            module = f"{each['module']}." if each.get("module") else ""
            attributes = [instance.get("attributes") or {} for instance in each["instances"]]
            yield f"{module}{each['type']}.{each['name']}", frozenset(_names(attributes))


def _names(instances: list[Json]) -> Iterator[str]:
    for attributes in instances:
        yield from (attributes[name] for name in _NAMES if isinstance(attributes.get(name), str))
