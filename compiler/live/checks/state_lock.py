"""A lock that somebody holds, or that a dead run has left."""

import json
from collections.abc import Iterator

from compiler.live.account import Account, Json, found
from compiler.live.check import Check, Problem
from compiler.model.stack import Stack
from compiler.resources.stack import lock_table, state_key, state_region, uses_lock_table

_MISSING = ("404", "NoSuchKey", "NoSuchBucket", "ResourceNotFoundException")
_TOLD = ("ID", "Operation", "Who", "Created")


def ask(account: Account, stack: Stack) -> Json:
    """What the table and the lock file say of who holds the state: `{"table": …, "file": …}`, None for free."""
    return {"table": _in_table(account, stack), "file": _in_file(account, stack)}


def judge(_stack: Stack, answer: Json) -> Iterator[Problem]:
    """One run may hold both; that is one problem."""
    seen = set()
    for place in ("table", "file"):
        lock = answer[place]
        if lock is None or lock["ID"] in seen:
            continue
        seen.add(lock["ID"])
        told = f"{lock['Who'] or 'somebody'} has held the state since {lock['Created'] or 'an unknown time'}"
        cause = f"{told} for {lock['Operation'] or 'an unknown operation'}."
        yield Problem(cause, f"wait for that run; if it is certainly dead: terraform force-unlock {lock['ID']}")


def _in_table(account: Account, stack: Stack) -> Json:
    if not uses_lock_table(stack):
        return None
    key = {"LockID": {"S": f"{stack.state.bucket}/{state_key(stack)}"}}
    client = account.client("dynamodb", state_region(stack))
    answer = found(
        lambda: client.get_item(TableName=lock_table(stack), Key=key, ConsistentRead=True), "ResourceNotFoundException"
    )
    return _told(answer["Item"]["Info"]["S"]) if answer and "Info" in answer.get("Item", {}) else None


def _in_file(account: Account, stack: Stack) -> Json:
    if stack.state.lock == "dynamodb":
        return None
    client = account.client("s3", state_region(stack))
    name = f"{state_key(stack)}.tflock"
    answer = found(lambda: client.get_object(Bucket=stack.state.bucket, Key=name), *_MISSING)
    return _told(answer["Body"].read(65536).decode("utf-8", "replace")) if answer else None


def _told(info: str) -> Json:
    """What Terraform writes into a lock, as far as it is told on."""
    try:
        lock = json.loads(info)
    except ValueError:
        lock = {}
    lock = lock if isinstance(lock, dict) else {}
    return {name: str(lock.get(name, ""))[:200] for name in _TOLD}


CHECK = Check(
    id="PRE104",
    title="State is not locked",
    why="An apply that was killed leaves its lock, and the next one is refused until it is released.",
    source="https://developer.hashicorp.com/terraform/language/state/locking",
    ask=ask,
    judge=judge,
)
