"""The bucket that the state will stand in."""

from collections.abc import Iterator

from compiler.live.account import Account, Json, found
from compiler.live.check import Check, Problem
from compiler.model.stack import Stack
from compiler.resources.stack import state_region

_NOT_SET = "ServerSideEncryptionConfigurationNotFoundError"


def ask(account: Account, stack: Stack) -> Json:
    """Whether it exists, keeps versions and encrypts."""
    s3, bucket = account.client("s3", state_region(stack)), stack.state.bucket
    if found(lambda: s3.head_bucket(Bucket=bucket), "404", "NoSuchBucket") is None:
        return {"exists": False}
    versions = s3.get_bucket_versioning(Bucket=bucket).get("Status")
    encryption = found(lambda: s3.get_bucket_encryption(Bucket=bucket), _NOT_SET)
    return {"exists": True, "versioned": versions == "Enabled", "encrypted": encryption is not None}


def judge(stack: Stack, answer: Json) -> Iterator[Problem]:
    """It must be there; a state that cannot be rolled back or read by others is a fault as well."""
    bucket = stack.state.bucket
    if not answer["exists"]:
        yield Problem(f"there is no bucket {bucket}, so terraform init fails.", "stage3c bootstrap SPEC")
        return
    if not answer["versioned"]:
        fix = f"aws s3api put-bucket-versioning --bucket {bucket} --versioning-configuration Status=Enabled"
        yield Problem(f"{bucket} keeps no versions: a state that is written over is lost.", fix)
    if not answer["encrypted"]:
        yield Problem(f"{bucket} is not encrypted.", "stage3c bootstrap SPEC, and import the bucket there.")


CHECK = Check(
    id="PRE102",
    title="State bucket is there, versioned and encrypted",
    why="State is lost, or read by others, where its bucket is not kept well.",
    source="https://developer.hashicorp.com/terraform/language/backend/s3",
    ask=ask,
    judge=judge,
)
