"""The digest of the state in its lock table, which a lost or restored state no longer fits."""

import hashlib
from collections.abc import Iterator

from stage3c.aws.kinds.kind import Json
from stage3c.language.model.stack import Stack
from stage3c.live.account import Account, found
from stage3c.live.check import Check, Problem
from stage3c.live.state_history import FORM, forget_digest, history, restore, undelete
from stage3c.resources.stack import lock_table, state_key, state_region, uses_lock_table


def ask(account: Account, stack: Stack) -> Json:
    """The digest in the table, that of the state in the bucket, and the history of that state."""
    table, region = account.client("dynamodb", state_region(stack)), state_region(stack)
    asked = {"TableName": lock_table(stack), "Key": _key(stack), "ConsistentRead": True}
    item = found(lambda: table.get_item(**asked), "ResourceNotFoundException")
    told = (item or {}).get("Item", {}).get("Digest", {}).get("S")
    state = {"Bucket": stack.state.bucket, "Key": state_key(stack)}
    body = found(lambda: account.client("s3", region).get_object(**state), "404", "NoSuchKey", "NoSuchBucket")
    digest = hashlib.md5(body["Body"].read()).hexdigest() if body else None  # noqa: S324 - Terraform's choice
    return {"digest": told, "state": digest, "history": history(account, stack)}


def judge(stack: Stack, answer: Json) -> Iterator[Problem]:
    """Terraform refuses a state whose digest is not the one that it stored."""
    history_now = answer["history"]
    if answer["digest"] is None or answer["digest"] == answer["state"]:
        return
    if history_now["object"] == "missing" and history_now["versions"] and history_now["versions"][0]["marker"]:
        cause = f"table {lock_table(stack)} has the digest of the state that was deleted."
        yield Problem(cause, undelete(stack, history_now["versions"]))
        return
    if history_now["object"] != "ok" and history_now["versions"]:
        return  # PRE119: what brings the state back brings its digest back
    place = f"s3://{stack.state.bucket}/{state_key(stack)}"
    what = "another state than" if answer["state"] else "a state, and there is none at"
    cause = f"table {lock_table(stack)} has the digest of {what} {place}."
    forget = forget_digest(stack).removeprefix(" && ")
    back = restore(stack, [each for each in history_now["versions"] if _is_later(each, history_now)])
    yield Problem(cause, f"bring back the last version: {back}" if back else f"if that is right: {forget}")


def _is_later(version: Json, now: Json) -> bool:
    return version["serial"] is not None and version["serial"] > now["serial"]


def _key(stack: Stack) -> Json:
    return {"LockID": {"S": f"{stack.state.bucket}/{state_key(stack)}-md5"}}


CHECK = Check(
    id="PRE109",
    title="State has the digest that Terraform stored",
    why="A state that was deleted or restored no longer has the digest in the lock table, and Terraform refuses it.",
    source="https://developer.hashicorp.com/terraform/language/backend/s3#dynamodb-state-locking",
    ask=ask,
    answer={"digest": (None, str), "state": (None, str), "history": FORM},
    concerns=uses_lock_table,
    judge=judge,
)
