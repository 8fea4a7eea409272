"""Which resources a stack's state knows: their addresses and nothing else, since a state holds values."""

import json

from compiler.live.account import Account, Unanswered, found
from compiler.model.stack import Stack
from compiler.resources.stack import state_key, state_region

_MISSING = ("404", "NoSuchKey", "NoSuchBucket")


def known_addresses(account: Account, stack: Stack) -> list[str]:
    """The managed resources of the state in its bucket, sorted; none where there is no state yet."""
    client, key = account.client("s3", state_region(stack)), state_key(stack)
    answer = found(lambda: client.get_object(Bucket=stack.state.bucket, Key=key), *_MISSING)
    return _addresses(answer["Body"].read()) if answer else []


def _addresses(text: bytes) -> list[str]:
    try:
        state = json.loads(text)
    except (ValueError, RecursionError):
        raise Unanswered("the state in the bucket is not JSON") from None
    resources = state.get("resources", []) if isinstance(state, dict) else []
    managed = (each for each in resources if each.get("mode") == "managed" and each.get("instances"))
    return sorted({f"{each['type']}.{each['name']}" for each in managed})
