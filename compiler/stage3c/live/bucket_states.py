"""Every Terraform state in a stack's bucket: what any of them holds is somebody's, and in use."""

from collections.abc import Iterator

from msgspec import Struct

from stage3c.aws.kinds.kind import Json, Unanswered
from stage3c.language.model.stack import Stack
from stage3c.live.account import Account, LiveError, found, permission, side_by_side
from stage3c.live.state import MISSING, NotAState, read
from stage3c.resources.stack import state_key, state_region

_OBJECTS_MAX = 2_000
_STATE_MAX_BYTES = 64 * 1024 * 1024


class Holdings(Struct, frozen=True):
    """What all states together hold: import ids and names, each with its type, by the key of the state that holds it."""

    identities: dict[tuple[str, str], str]
    names: dict[tuple[str, str], str]


def holdings(account: Account, stack: Stack) -> Holdings:
    """Read every state of the bucket; one that cannot be read may hold anything, so that is an error."""
    client = account.client("s3", state_region(stack))
    objects = found(lambda: list(_objects(client, stack)), *MISSING) or []
    if len(objects) > _OBJECTS_MAX:
        cause = f"bucket {stack.state.bucket} has more than {_OBJECTS_MAX} objects, too many to look for states in."
        raise LiveError(cause, "keep states in a bucket of their own: stage3c bootstrap SPEC")
    identities: dict[tuple[str, str], str] = {}
    names: dict[tuple[str, str], str] = {}
    for key, held in side_by_side(lambda each: (each, _held(client, stack, each)), objects):
        for one in held:
            identities[one.kind, one.identity] = key
            if one.called:
                names[one.kind, one.called] = key
    return Holdings(identities, names)


def _objects(client: Json, stack: Stack) -> Iterator[str]:
    for each in client.pages("list_objects_v2", "Contents", Bucket=stack.state.bucket):
        if each["Key"].endswith(".tflock"):
            continue
        if each["Size"] > _STATE_MAX_BYTES:
            cause = f"s3://{stack.state.bucket}/{each['Key']} is too large to be read, and may be a state."
            raise LiveError(cause, "keep states in a bucket of their own: stage3c bootstrap SPEC")
        yield str(each["Key"])


def _held(client: Json, stack: Stack, key: str) -> list[Json]:
    try:
        body = client.get_object(Bucket=stack.state.bucket, Key=key)["Body"].read()
        return list(read(body).held.values())
    except NotAState as reason:
        if key.endswith(".tfstate") or key == state_key(stack):
            raise LiveError(f"s3://{stack.state.bucket}/{key} {reason.problem}.", "stage3c preflight SPEC") from None
        return []
    except Unanswered as reason:
        raise LiveError(
            f"s3://{stack.state.bucket}/{key} cannot be read: {reason}.", permission(reason, "s3:GetObject")
        ) from None
