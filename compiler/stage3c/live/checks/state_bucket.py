"""The bucket that the state will stand in."""

from collections.abc import Iterator

from stage3c.aws.kinds.kind import Json
from stage3c.language.model.stack import Stack
from stage3c.live.account import Account, code_of, found
from stage3c.live.check import Check, Problem
from stage3c.resources.stack import state_region

_NOT_SET = ("ServerSideEncryptionConfigurationNotFoundError", "NoSuchPublicAccessBlockConfiguration")
_ANSWER = (
    {"exists": False},
    {"exists": True, "forbidden": True},
    {"exists": True, "region": str, "versioned": bool, "encrypted": bool, "closed": bool},
)
_CLOSED = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")


def ask(account: Account, stack: Stack) -> Json:
    """Whether it exists and is ours, keeps versions, encrypts and is closed to the public."""
    s3, bucket = account.client("s3", state_region(stack)), stack.state.bucket
    refused = code_of(lambda: s3.head_bucket(Bucket=bucket))
    if refused in ("404", "NoSuchBucket"):
        return {"exists": False}
    if refused in ("403", "AccessDenied"):
        return {"exists": True, "forbidden": True}
    region = s3.get_bucket_location(Bucket=bucket).get("LocationConstraint") or "us-east-1"
    versions = s3.get_bucket_versioning(Bucket=bucket).get("Status")
    encryption = found(lambda: s3.get_bucket_encryption(Bucket=bucket), *_NOT_SET)
    block = found(lambda: s3.get_public_access_block(Bucket=bucket), *_NOT_SET)
    closed = block is not None and all(block["PublicAccessBlockConfiguration"].get(name) for name in _CLOSED)
    kept = {"versioned": versions == "Enabled", "encrypted": encryption is not None, "closed": closed}
    return {"exists": True, "region": region, **kept}


def judge(stack: Stack, answer: Json) -> Iterator[Problem]:
    """It must be there, and ours; a state that cannot be rolled back or read by others is a fault as well."""
    bucket = stack.state.bucket
    if not answer["exists"]:
        yield Problem(
            f"there is no bucket {bucket}, so Terraform cannot be initialized.",
            "stage3c bootstrap SPEC, and apply what it writes.",
        )
        return
    if answer.get("forbidden"):
        cause = f"{bucket} is not the caller's to see: names of buckets are worldwide, so it may be somebody else's."
        yield Problem(cause, "allow s3:ListBucket on it, or write another state.bucket.")
        return
    if answer["region"] != state_region(stack):
        cause = f"{bucket} is in {answer['region']}, and the spec has it in {state_region(stack)}."
        yield Problem(cause, f"write state.region: {answer['region']}")
    if not answer["versioned"]:
        fix = f"aws s3api put-bucket-versioning --bucket {bucket} --versioning-configuration Status=Enabled"
        yield Problem(f"{bucket} keeps no versions: a state that is written over is lost.", fix)
    if not answer["encrypted"]:
        yield Problem(f"{bucket} is not encrypted.", "stage3c bootstrap SPEC, and import the bucket there.")
    if not answer["closed"]:
        settings = ",".join(f"{name}=true" for name in _CLOSED)
        fix = f"aws s3api put-public-access-block --bucket {bucket} --public-access-block-configuration {settings}"
        yield Problem(
            f"{bucket} is not closed to the public by itself, and a state holds more than names.", fix, "warning"
        )


CHECK = Check(
    id="PRE102",
    title="State bucket is there, versioned, encrypted and closed",
    why="State is lost, or read by others, where its bucket is not kept well.",
    source="https://developer.hashicorp.com/terraform/language/backend/s3",
    ask=ask,
    answer=_ANSWER,
    judge=judge,
)
