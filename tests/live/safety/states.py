"""States as Terraform's S3 backend keeps them: the object, its digest in the lock table, and locks of both kinds.

Source: https://developer.hashicorp.com/terraform/language/backend/s3 and /language/state (2026-11-28).
"""

import hashlib
import json
from collections.abc import Collection, Mapping
from typing import Any, Final

from stage3c.language.model.stack import Stack
from stage3c.resources.stack import lock_table, state_key, uses_lock_table

from tests.live.safety.account import World
from tests.live.safety.deploy import Compiled

LINEAGE: Final = "5f1d2c3b-0000-4000-8000-000000000001"
PROVIDER: Final = 'provider["registry.terraform.io/hashicorp/aws"]'
ANN: Final = {
    "ID": "b6e7c1de-0000-4000-8000-00000000ann1",
    "Operation": "OperationTypeApply",
    "Info": "",
    "Who": "ann@host",
    "Version": "1.9.8",
    "Created": "2026-11-28T00:00:00Z",
    "Path": "",
}
"""A lock of a run of somebody else."""
Made = Mapping[str, Mapping[str, Any]]


def document(what: Compiled, made: Made, *, serial: int = 7, lineage: str = LINEAGE) -> dict[str, Any]:
    """A state of version 4 that knows what was made, or so much of it as is given."""
    resources = [
        {
            "mode": "managed",
            "type": address.partition(".")[0],
            "name": address.partition(".")[2],
            "provider": PROVIDER,
            "instances": [{"schema_version": 0, "attributes": dict(told), "sensitive_attributes": []}],
        }
        for address, told in sorted(made.items())
        if not address.startswith("data.")
    ]
    outputs = {"cluster": {"value": f"{what.stack.name}", "type": "string"}} if resources else {}
    whole = {"version": 4, "terraform_version": "1.9.8", "serial": serial, "lineage": lineage}
    return {**whole, "outputs": outputs, "resources": resources, "check_results": None}


def without(made: Made, gone: Collection[str]) -> dict[str, Mapping[str, Any]]:
    """The same without these addresses."""
    return {address: told for address, told in made.items() if address not in gone}


def place(world: World, stack: Stack) -> None:
    """The bucket, with versions, and the lock table, where they are not there yet."""
    s3, bucket = world.client("s3"), stack.state.bucket
    if bucket not in {each["Name"] for each in s3.list_buckets()["Buckets"]}:
        s3.create_bucket(Bucket=bucket)
        s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    dynamodb = world.client("dynamodb")
    if uses_lock_table(stack) and lock_table(stack) not in dynamodb.list_tables()["TableNames"]:
        dynamodb.create_table(
            TableName=lock_table(stack),
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "LockID", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "LockID", "AttributeType": "S"}],
        )


def put(world: World, stack: Stack, state: dict[str, Any] | bytes, *, digest: bool = True) -> None:
    """Write a state as Terraform does, or any bytes under its key; without `digest` the table keeps the one that it has."""
    place(world, stack)
    body = state if isinstance(state, bytes) else json.dumps(state, indent=2).encode()
    world.client("s3").put_object(Bucket=stack.state.bucket, Key=state_key(stack), Body=body)
    if digest and uses_lock_table(stack):
        item = {"LockID": {"S": f"{_lock_id(stack)}-md5"}, "Digest": {"S": hashlib.md5(body).hexdigest()}}  # noqa: S324 - Terraform's
        world.client("dynamodb").put_item(TableName=lock_table(stack), Item=item)


def lose(world: World, stack: Stack, *, digest: bool = True) -> None:
    """Delete the current state; its digest goes with it where that is so."""
    place(world, stack)
    world.client("s3").delete_object(Bucket=stack.state.bucket, Key=state_key(stack))
    if digest and uses_lock_table(stack):
        key = {"LockID": {"S": f"{_lock_id(stack)}-md5"}}
        world.client("dynamodb").delete_item(TableName=lock_table(stack), Key=key)


def lock(world: World, stack: Stack, *, table: bool = True, file: bool = True) -> None:
    """Hold the state as another run does."""
    place(world, stack)
    info = json.dumps({**ANN, "Path": _lock_id(stack)})
    if table and uses_lock_table(stack):
        item = {"LockID": {"S": _lock_id(stack)}, "Info": {"S": info}}
        world.client("dynamodb").put_item(TableName=lock_table(stack), Item=item)
    if file and stack.state.lock != "dynamodb":
        name = f"{state_key(stack)}.tflock"
        world.client("s3").put_object(Bucket=stack.state.bucket, Key=name, Body=info.encode())


def locks(world: World, stack: Stack) -> dict[str, str]:
    """Who holds what: the text of each lock that is there, by `table` and `file`."""
    found: dict[str, str] = {}
    if uses_lock_table(stack):
        key = {"LockID": {"S": _lock_id(stack)}}
        item = world.client("dynamodb").get_item(TableName=lock_table(stack), Key=key).get("Item", {})
        if "Info" in item:
            found["table"] = item["Info"]["S"]
    s3, name = world.client("s3"), f"{state_key(stack)}.tflock"
    listed = s3.list_objects_v2(Bucket=stack.state.bucket, Prefix=name).get("Contents", [])
    if [each for each in listed if each["Key"] == name]:
        found["file"] = s3.get_object(Bucket=stack.state.bucket, Key=name)["Body"].read().decode()
    return found


def _lock_id(stack: Stack) -> str:
    return f"{stack.state.bucket}/{state_key(stack)}"
