"""What is wrong with a stack's state, told by its content and its history: the versions of its object in the bucket.

Everything that is returned is free of secrets. How an earlier version comes back is one command, since the bucket keeps
versions (https://docs.aws.amazon.com/AmazonS3/latest/userguide/RestoringPreviousVersions.html, 2026-11-28).
"""

import json
import shlex
from collections.abc import Iterator, Sequence

from stage3c.aws.kinds.kind import Json
from stage3c.language.model.stack import Stack
from stage3c.live.account import Account, found
from stage3c.live.ownership import OWNER_TAGS, tags_of_owner
from stage3c.live.state import MISSING, NotAState, State, read, state_body
from stage3c.resources.stack import lock_table, state_key, state_region, uses_lock_table

_READ_MAX = 5
FORM = {
    "object": str,
    "serial": float,
    "lineage": str,
    "owners": {str: [str]},
    "versions": [
        {"id": str, "time": str, "marker": bool, "serial": (None, float), "lineage": str, "owners": {str: [str]}}
    ],
}
"""The form of what `history` returns. `object` is `missing`, `ok`, or what is wrong with it."""


def history(account: Account, stack: Stack) -> Json:
    """The state as it is now, and the newest of its earlier versions, each by what it holds."""
    body = state_body(account, stack)
    now: Json = {"object": "missing", "serial": 0, "lineage": "", "owners": {}}
    if body is not None:
        now = {"object": "ok", **told_of(body)} if problem_of(body) == "" else {**now, "object": problem_of(body)}
    return {**now, "versions": list(_versions(account, stack, is_there=body is not None))}


def owner_key(stack: Stack) -> str:
    """The stack itself, as `owners` names it."""
    return _owner(tags_of_owner(stack))


def restore(stack: Stack, versions: Sequence[Json]) -> str:
    """The commands that bring back the newest version which is a state of this stack; empty where there is none."""
    bucket, key, region = stack.state.bucket, state_key(stack), state_region(stack)
    own = owner_key(stack)
    good = [each for each in versions if each["serial"] is not None and set(each["owners"]) <= {own}]
    if not good:
        return ""
    best = max(good, key=lambda each: each["serial"])
    source = shlex.quote(f"{bucket}/{key}?versionId={best['id']}")
    copy = f"aws s3api copy-object --bucket {bucket} --key {shlex.quote(key)} --copy-source {source} --region {region}"
    return f"{copy}{forget_digest(stack)}"


def undelete(stack: Stack, versions: Sequence[Json]) -> str:
    """The command that removes the newest delete marker, so that the version before it is the state again."""
    marker = next(each for each in versions if each["marker"])
    where = f"--bucket {stack.state.bucket} --key {shlex.quote(state_key(stack))} --version-id {marker['id']}"
    return f"aws s3api delete-object {where} --region {state_region(stack)}"


def forget_digest(stack: Stack) -> str:
    """The command, after `&&`, that lets Terraform accept a state whose digest is not in the lock table."""
    if not uses_lock_table(stack):
        return ""
    key = shlex.quote(json.dumps({"LockID": {"S": f"{stack.state.bucket}/{state_key(stack)}-md5"}}))
    return f" && aws dynamodb delete-item {table_option(stack)} --key {key} --region {state_region(stack)}"


def table_option(stack: Stack) -> str:
    """The lock table as an option; a name that starts with a hyphen would be read as another option."""
    table = lock_table(stack)
    return f"--table-name{'=' if table.startswith('-') else ' '}{shlex.quote(table)}"


def _versions(account: Account, stack: Stack, *, is_there: bool) -> Iterator[Json]:
    """The earlier versions, newest first; only the newest few are read."""
    client, key = account.client("s3", state_region(stack)), state_key(stack)
    earlier = [each for each in versions_of(account, stack) if not (is_there and each.get("IsLatest"))]
    for place, each in enumerate(earlier):
        told: Json = {"serial": None, "lineage": "", "owners": {}}
        if place < _READ_MAX and not each["marker"]:
            body = client.get_object(Bucket=stack.state.bucket, Key=key, VersionId=each["VersionId"])["Body"].read()
            told = told_of(body) if problem_of(body) == "" else told
        yield {"id": str(each["VersionId"]), "time": str(each["LastModified"]), "marker": each["marker"], **told}


def versions_of(account: Account, stack: Stack) -> list[Json]:
    """The versions and delete markers of the state as S3 lists them, the newest first."""
    client, key = account.client("s3", state_region(stack)), state_key(stack)
    where = {"Bucket": stack.state.bucket, "Prefix": key}
    listed = found(lambda: list(listed_versions(client, where)), *MISSING) or ()
    own = (each for each in listed if each["Key"] == key)
    return sorted(own, key=lambda each: (bool(each.get("IsLatest")), str(each["LastModified"])), reverse=True)


def listed_versions(client: Json, where: Json) -> Iterator[Json]:
    """Versions and delete markers as S3 lists them, for every key with the prefix."""
    for members, marker in (("Versions", False), ("DeleteMarkers", True)):
        yield from ({**each, "marker": marker} for each in client.pages("list_object_versions", members, **where))


def problem_of(body: bytes) -> str:
    """Why a text is not a state, as the predicate of a sentence; empty if it is one."""
    try:
        read(body)
    except NotAState as reason:
        return reason.problem
    return ""


def told_of(body: bytes) -> Json:
    """The serial and lineage of a state, and the addresses by the stack whose tags they carry."""
    state: State = read(body)
    owners: dict[str, list[str]] = {}
    for address, held in state.held.items():
        if held.tags:
            owners.setdefault(_owner(held.tags), []).append(address)
    return {"serial": state.serial, "lineage": state.lineage, "owners": owners}


def _owner(tags: Json) -> str:
    return ", ".join(f"{name}={tags.get(name, '')}" for name in OWNER_TAGS)
