"""The versions of a stack's state in its bucket, and one of them brought back as Terraform would write it.

A version that is brought back gets a serial after all others, so that it is not taken for an old state, and its digest goes
into the lock table after it, as the S3 backend does. Nothing is deleted: what it replaces stays as a version.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from stage3c.aws.kinds.kind import Unanswered
from stage3c.diagnostics import clip
from stage3c.language.model.stack import Stack
from stage3c.live.account import Account, LiveError, UsageError, side_by_side
from stage3c.live.state_history import owner_key, problem_of, told_of, versions_of
from stage3c.resources.stack import lock_table, state_key, state_region, uses_lock_table

_READ_MAX: Final = 50
_SERIAL: Final = re.compile(r'("serial"\s*:\s*)[0-9]+')


@dataclass(frozen=True, slots=True)
class Version:
    """One version of the object, the newest first in a list of them."""

    id: str
    written: datetime | None
    size: int
    is_current: bool
    is_marker: bool = False
    """The state was deleted here."""
    serial: int | None = None
    lineage: str = ""
    problem: str = ""
    """Why it is not a state, as the predicate of a sentence."""
    others: tuple[str, ...] = ()
    """Stacks other than this one whose tags its resources carry."""

    @property
    def is_state(self) -> bool:
        """Whether it was read and is a state."""
        return self.serial is not None


def versions(account: Account, stack: Stack) -> list[Version]:
    """All versions; of many, the newest are read and the others have no serial."""
    listed = versions_of(account, stack)
    read = side_by_side(lambda each: _version(account, stack, each), listed[:_READ_MAX])
    return [*read, *(_unread(each) for each in listed[_READ_MAX:])]


def chosen(known: Sequence[Version], identity: str, stack: Stack) -> Version:
    """The version with this id, or with an id that alone begins so; refused unless it is an earlier state of this stack."""
    fits = [each for each in known if each.id == identity] or [each for each in known if each.id.startswith(identity)]
    if len(fits) != 1 or not identity:
        what = "is not a version of the state" if not fits else "is the beginning of several versions"
        raise UsageError(f"{clip(identity)} {what}.", "stage3c state SPEC lists them.")
    version = fits[0]
    if version.is_current and version.is_state:
        raise UsageError(f"{version.id} is the state as it is now.", "choose another version.")
    if not version.is_state:
        why = "marks where the state was deleted" if version.is_marker else version.problem or "was not read"
        raise UsageError(f"version {version.id} {why}.", "stage3c state SPEC lists the versions that can come back.")
    lineage = lineage_of(known)
    if version.lineage != lineage:
        cause = f"version {version.id} has the lineage {clip(version.lineage)}, and the state of this stack {clip(lineage)}."
        raise LiveError(cause, "choose a version of the same lineage; another lineage is another stack's history.")
    if version.others:
        cause = f"resources of version {version.id} carry tags of another stack than {owner_key(stack)}: {version.others[0]}."
        raise LiveError(cause, "choose another version.")
    return version


def lineage_of(known: Sequence[Version]) -> str:
    """The lineage of the state, or, where it is lost or broken, of the newest version that is a state."""
    return next((each.lineage for each in known if each.is_state), "")


def body_of(account: Account, stack: Stack, version: Version) -> bytes:
    """The text of a version."""
    client = account.client("s3", state_region(stack))
    where = {"Bucket": stack.state.bucket, "Key": state_key(stack), "VersionId": version.id}
    body: bytes = client.get_object(**where)["Body"].read()
    return body


def with_serial(body: bytes, serial: int) -> bytes:
    """The same state with another serial; everything else keeps its bytes."""
    text = body.decode("utf-8")
    wanted = {**json.loads(text), "serial": serial}
    for place in _SERIAL.finditer(text):
        edited = f"{text[: place.start()]}{place[1]}{serial}{text[place.end() :]}"
        if json.loads(edited) == wanted:
            return edited.encode()
    return json.dumps(wanted, indent=2, ensure_ascii=False).encode()


def bring_back(account: Account, stack: Stack, known: Sequence[Version], version: Version) -> int:
    """Write a version as the newest state, with its digest, and read it back: its new serial. The caller holds the lock."""
    serial = max(each.serial or 0 for each in known) + 1
    body = with_serial(body_of(account, stack, version), serial)
    client = account.client("s3", state_region(stack))
    where = {"Bucket": stack.state.bucket, "Key": state_key(stack)}
    client.put_object(**where, Body=body, ContentType="application/json", ServerSideEncryption="AES256")
    try:
        if uses_lock_table(stack):
            _write_digest(account, stack, body)
        written = client.get_object(**where)["Body"].read()
    except Unanswered as reason:
        cause = f"the state was written with serial {serial}, but its digest may be missing: {reason}."
        raise LiveError(cause, "stage3c preflight SPEC shows what to correct before the next plan.") from None
    if written != body:
        raise LiveError("the state that was written is not the one that is read.", "stage3c state SPEC")
    return serial


def _write_digest(account: Account, stack: Stack, body: bytes) -> None:
    """Source: https://developer.hashicorp.com/terraform/language/backend/s3#dynamodb-state-locking (2026-11-28)."""
    digest = hashlib.md5(body).hexdigest()  # noqa: S324 - Terraform's choice
    item = {"LockID": {"S": f"{stack.state.bucket}/{state_key(stack)}-md5"}, "Digest": {"S": digest}}
    account.client("dynamodb", state_region(stack)).put_item(TableName=lock_table(stack), Item=item)


def _version(account: Account, stack: Stack, listed: Any) -> Version:  # noqa: ANN401 - what AWS answers
    version = _unread(listed)
    if version.is_marker:
        return version
    body = body_of(account, stack, version)
    problem = problem_of(body)
    if problem:
        return Version(version.id, version.written, version.size, version.is_current, problem=problem)
    told = told_of(body)
    others = tuple(sorted(set(told["owners"]) - {owner_key(stack)}))
    head = (version.id, version.written, version.size, version.is_current, False)
    return Version(*head, told["serial"], told["lineage"], "", others)


def _unread(listed: Any) -> Version:  # noqa: ANN401 - likewise
    written = listed["LastModified"] if isinstance(listed["LastModified"], datetime) else None
    size, latest = int(listed.get("Size") or 0), bool(listed.get("IsLatest"))
    return Version(str(listed["VersionId"]), written, size, latest, bool(listed["marker"]))


def rows(known: Sequence[Version]) -> Iterator[tuple[str, str, str, str, str]]:
    """Id, serial, time, size and what there is to say of each version."""
    for each in known:
        serial = "-" if each.serial is None else str(each.serial)
        written = f"{each.written:%Y-%m-%d %H:%M:%S}" if each.written else "-"
        words = ["current"] if each.is_current else []
        words += ["deleted"] if each.is_marker else []
        words += [each.problem] if each.problem else []
        words += ["another lineage"] if each.is_state and each.lineage != lineage_of(known) else []
        words += ["another stack"] if each.others else []
        yield each.id, serial, written, "-" if each.is_marker else f"{each.size:,}", ", ".join(words)
