"""Terraform's own state lock, taken and released as Terraform does, so that no apply runs meanwhile.

The lock file and the lock table's item, and their order, are those of the S3 backend:
https://developer.hashicorp.com/terraform/language/backend/s3#state-locking (2026-11-28).
"""

import getpass
import json
import socket
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime

from stage3c.aws.kinds.kind import Json, Refused, Unanswered
from stage3c.language.model.stack import Stack
from stage3c.live.account import Account, LiveError
from stage3c.live.checks import state_lock
from stage3c.resources.stack import lock_table, state_key, state_region, uses_lock_file, uses_lock_table

_TAKEN = frozenset({"PreconditionFailed", "ConditionalRequestConflict", "ConditionalCheckFailedException", "412"})


@contextmanager
def state_lock_of(account: Account, stack: Stack, operation: str) -> Iterator[str]:
    """Hold the lock of a stack's state, in every place where Terraform would; raise LiveError where another run does.

    Yields the id of the lock. A process that is killed leaves the lock, as Terraform does; preflight explains it.
    """
    identity = str(uuid.uuid4())
    info = json.dumps(_info(stack, identity, operation))
    with ExitStack() as held:
        if uses_lock_file(stack):
            _take(account, stack, "file", identity, lambda: _write_file(account, stack, info))
            held.callback(_release, account, stack, identity, "file", _remove_file)
        if uses_lock_table(stack):
            _take(account, stack, "table", identity, lambda: _write_item(account, stack, info))
            held.callback(_release, account, stack, identity, "table", _remove_item)
        yield identity


def refuse_unless_held(account: Account, stack: Stack, identity: str) -> None:
    """Raise LiveError if the lock was released meanwhile, as `terraform force-unlock` does."""
    now = state_lock.ask(account, stack)
    places = {"file": uses_lock_file(stack), "table": uses_lock_table(stack)}
    if any(used and (now[place] is None or now[place]["ID"] != identity) for place, used in places.items()):
        cause = "the state lock was released meanwhile, so another run may be active; nothing was changed."
        raise LiveError(cause, "wait for that run, then run the same command again.")


def _release(
    account: Account, stack: Stack, identity: str, place: str, remove: Callable[[Account, Stack], None]
) -> None:
    """Remove our own lock; one that another run has taken since stays."""
    now = state_lock.ask(account, stack)[place]
    if now is not None and now["ID"] == identity:
        remove(account, stack)


def _info(stack: Stack, identity: str, operation: str) -> Json:
    """What Terraform writes into a lock."""
    return {
        "ID": identity,
        "Operation": operation,
        "Info": "",
        "Who": f"{getpass.getuser()}@{socket.gethostname()}",
        "Version": "",
        "Created": datetime.now(UTC).isoformat(),
        "Path": f"{stack.state.bucket}/{state_key(stack)}",
    }


def _take(account: Account, stack: Stack, place: str, identity: str, write: Callable[[], None]) -> None:
    """Write our lock; an SDK that lost the answer writes it again, and is refused because of our own."""
    try:
        write()
    except Refused as refused:
        if refused.code not in _TAKEN:
            raise LiveError(f"the state cannot be locked: {refused}.", "stage3c preflight SPEC") from None
        now = state_lock.ask(account, stack)
        if now[place] is not None and now[place]["ID"] == identity:
            return
        held = next(iter(state_lock.judge(stack, now)), None)
        cause = held.cause if held else "another run holds the state."
        raise LiveError(cause, held.fix if held else "stage3c preflight SPEC") from None
    except Unanswered as reason:
        raise LiveError(f"the state cannot be locked: {reason}.", "stage3c preflight SPEC") from None


def _write_file(account: Account, stack: Stack, info: str) -> None:
    client = account.client("s3", state_region(stack))
    where = {"Bucket": stack.state.bucket, "Key": f"{state_key(stack)}.tflock"}
    client.put_object(**where, Body=info.encode(), ContentType="application/json", IfNoneMatch="*")


def _remove_file(account: Account, stack: Stack) -> None:
    client = account.client("s3", state_region(stack))
    client.delete_object(Bucket=stack.state.bucket, Key=f"{state_key(stack)}.tflock")


def _write_item(account: Account, stack: Stack, info: str) -> None:
    item = {"LockID": {"S": f"{stack.state.bucket}/{state_key(stack)}"}, "Info": {"S": info}}
    client = account.client("dynamodb", state_region(stack))
    client.put_item(TableName=lock_table(stack), Item=item, ConditionExpression="attribute_not_exists(LockID)")


def _remove_item(account: Account, stack: Stack) -> None:
    key = {"LockID": {"S": f"{stack.state.bucket}/{state_key(stack)}"}}
    account.client("dynamodb", state_region(stack)).delete_item(TableName=lock_table(stack), Key=key)
