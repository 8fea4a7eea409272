"""A lock that somebody holds, or that a dead run has left."""

import json
import shlex
from collections.abc import Iterator

from stage3c.aws.kinds.kind import Json
from stage3c.diagnostics import clip
from stage3c.language.model.stack import Stack
from stage3c.live.account import Account, found
from stage3c.live.check import Check, Problem
from stage3c.live.state_history import table_option
from stage3c.resources.stack import lock_table, state_key, state_region, uses_lock_file, uses_lock_table

_MISSING = ("404", "NoSuchKey", "NoSuchBucket", "ResourceNotFoundException")
_TOLD = ("ID", "Operation", "Who", "Created")
_LOCK = dict.fromkeys(_TOLD, str)


def ask(account: Account, stack: Stack) -> Json:
    """What the table and the lock file say of who holds the state: `{"table": …, "file": …}`, None for free."""
    return {"table": _in_table(account, stack), "file": _in_file(account, stack)}


def judge(stack: Stack, answer: Json) -> Iterator[Problem]:
    """One run holds both places, which is one problem; each is released in its own way where only one is left."""
    table, file = answer["table"], answer["file"]
    if table and file and table["ID"] and table["ID"] == file["ID"]:
        yield _held(table, f"terraform -chdir=FOLDER force-unlock {shlex.quote(table['ID'])}")
        return
    if table:
        yield _held(table, _release_table(stack, table))
    if file:
        yield _held(file, _release_file(stack))


def _held(lock: Json, release: str) -> Problem:
    told = f"{lock['Who'] or 'somebody'} has held the state since {lock['Created'] or 'an unknown time'}"
    cause = f"{told} for {lock['Operation'] or 'an unknown operation'}."
    return Problem(cause, f"wait for that run; if it is certainly dead: {release}")


def _release_table(stack: Stack, lock: Json) -> str:
    """A run that dies while it releases has removed the file first, and `force-unlock` then fails for want of it."""
    if not uses_lock_file(stack) and lock["ID"]:
        return f"terraform -chdir=FOLDER force-unlock {shlex.quote(lock['ID'])}"
    key = json.dumps({"LockID": {"S": _lock_id(stack)}})
    delete = f"aws dynamodb delete-item {table_option(stack)} --key {shlex.quote(key)}"
    return f"{delete} --region {state_region(stack)}"


def _release_file(stack: Stack) -> str:
    return f"aws s3 rm {shlex.quote(f's3://{stack.state.bucket}/{state_key(stack)}.tflock')}"


def _lock_id(stack: Stack) -> str:
    return f"{stack.state.bucket}/{state_key(stack)}"


def _in_table(account: Account, stack: Stack) -> Json:
    if not uses_lock_table(stack):
        return None
    key = {"LockID": {"S": _lock_id(stack)}}
    client = account.client("dynamodb", state_region(stack))
    answer = found(
        lambda: client.get_item(TableName=lock_table(stack), Key=key, ConsistentRead=True), "ResourceNotFoundException"
    )
    return _told(answer["Item"]["Info"]["S"]) if answer and "Info" in answer.get("Item", {}) else None


def _in_file(account: Account, stack: Stack) -> Json:
    if not uses_lock_file(stack):
        return None
    client = account.client("s3", state_region(stack))
    name = f"{state_key(stack)}.tflock"
    answer = found(lambda: client.get_object(Bucket=stack.state.bucket, Key=name), *_MISSING)
    return _told(answer["Body"].read(65536).decode("utf-8", "replace")) if answer else None


def _told(info: str) -> Json:
    """What Terraform writes into a lock, as far as it is told on."""
    try:
        lock = json.loads(info)
    except (ValueError, RecursionError):
        lock = {}
    lock = lock if isinstance(lock, dict) else {}
    return {name: clip(str(lock.get(name, "")), 200) for name in _TOLD}


CHECK = Check(
    id="PRE104",
    title="State is not locked",
    why="An apply that was killed leaves its lock, and the next one is refused until it is released.",
    source="https://developer.hashicorp.com/terraform/language/state/locking",
    ask=ask,
    answer={"table": (None, _LOCK), "file": (None, _LOCK)},
    judge=judge,
)
