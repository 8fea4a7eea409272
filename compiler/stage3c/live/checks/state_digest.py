"""The digest of the state in its lock table, which a lost or restored state no longer fits."""

import hashlib
import json
import shlex
from collections.abc import Iterator

from stage3c.language.model.stack import Stack
from stage3c.live.account import Account, Json, found
from stage3c.live.check import Check, Problem
from stage3c.resources.stack import lock_table, state_key, state_region, uses_lock_table


def ask(account: Account, stack: Stack) -> Json:
    """The digest in the table, and that of the state in the bucket."""
    table, region = account.client("dynamodb", state_region(stack)), state_region(stack)
    asked = {"TableName": lock_table(stack), "Key": _key(stack), "ConsistentRead": True}
    item = found(lambda: table.get_item(**asked), "ResourceNotFoundException")
    told = (item or {}).get("Item", {}).get("Digest", {}).get("S")
    state = {"Bucket": stack.state.bucket, "Key": state_key(stack)}
    body = found(lambda: account.client("s3", region).get_object(**state), "404", "NoSuchKey", "NoSuchBucket")
    return {"digest": told, "state": hashlib.md5(body["Body"].read()).hexdigest() if body else None}  # noqa: S324 - Terraform's choice


def judge(stack: Stack, answer: Json) -> Iterator[Problem]:
    """Terraform refuses a state whose digest is another than the one that it wrote down."""
    if answer["digest"] is None or answer["digest"] == answer["state"]:
        return
    what = "another state than" if answer["state"] else "a state, and there is none at"
    cause = f"table {lock_table(stack)} has the digest of {what} s3://{stack.state.bucket}/{state_key(stack)}."
    key = shlex.quote(json.dumps(_key(stack)))
    delete = f"aws dynamodb delete-item --table-name {shlex.quote(lock_table(stack))} --key {key}"
    versions = f"aws s3api list-object-versions --bucket {stack.state.bucket} --prefix {shlex.quote(state_key(stack))}"
    restore = f"restore an older version of the state ({versions}), or, where it is meant to be so"
    yield Problem(cause, f"{restore}: {delete} --region {state_region(stack)}")


def _key(stack: Stack) -> Json:
    return {"LockID": {"S": f"{stack.state.bucket}/{state_key(stack)}-md5"}}


CHECK = Check(
    id="PRE109",
    title="State is the one that was written last",
    why="A state that was deleted or restored no longer has the digest in the lock table, and Terraform refuses it.",
    source="https://developer.hashicorp.com/terraform/language/backend/s3#dynamodb-state-locking",
    ask=ask,
    answer={"digest": (None, str), "state": (None, str)},
    concerns=uses_lock_table,
    judge=judge,
)
