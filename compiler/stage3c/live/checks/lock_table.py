"""The DynamoDB table that locks the state."""

from collections.abc import Iterator

from stage3c.aws.kinds.kind import Json
from stage3c.language.model.stack import Stack
from stage3c.live.account import Account, found
from stage3c.live.check import Check, Problem
from stage3c.resources.stack import lock_table, state_region, uses_lock_table

_KEY = [{"AttributeName": "LockID", "KeyType": "HASH"}]


def ask(account: Account, stack: Stack) -> Json:
    """Its key and status."""
    client, name = account.client("dynamodb", state_region(stack)), lock_table(stack)
    answer = found(lambda: client.describe_table(TableName=name), "ResourceNotFoundException")
    if answer is None:
        return {"exists": False}
    table = answer["Table"]
    return {"exists": True, "status": table["TableStatus"], "key": table["KeySchema"]}


def judge(stack: Stack, answer: Json) -> Iterator[Problem]:
    """Terraform asks for a table with the key LockID."""
    name = lock_table(stack)
    if not answer["exists"]:
        yield Problem(
            f"there is no table {name}, so no state can be locked.", "stage3c bootstrap SPEC, and apply what it writes."
        )
    elif answer["key"] != _KEY:
        yield Problem(f"table {name} has another key than LockID.", "write another state.lock_table.")
    elif answer["status"] not in ("ACTIVE", "UPDATING"):
        wait = f"aws dynamodb wait table-exists --table-name {name} --region {state_region(stack)}"
        yield Problem(f"table {name} is {answer['status']}.", wait)


CHECK = Check(
    id="PRE103",
    title="Lock table is there",
    why="Without it every plan and apply ends before it begins.",
    source="https://developer.hashicorp.com/terraform/language/backend/s3",
    ask=ask,
    answer=({"exists": False}, {"exists": True, "status": str, "key": [{str: str}]}),
    concerns=uses_lock_table,
    judge=judge,
)
