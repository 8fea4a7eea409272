"""What states are kept in: one bucket and its lock tables for many stacks, as a stack of their own.

It is made before any other stack, so its own state starts on a disk and moves into the bucket that it has just made.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from msgspec import Struct

from stage3c.graph import Graph, Json, Lifecycle, Origin, Output, Ref, Resource, Value
from stage3c.language.model.stack import Stack
from stage3c.resources.buckets import private_settings, tls_only
from stage3c.resources.stack import lock_table, state_region, uses_lock_file, uses_lock_table

STATE_STORE_KEY: Final = "bootstrap/terraform.tfstate"
"""Where in the bucket the state of the bucket itself stands; no stack may take it."""

_BUCKET: Final = Ref("aws_s3_bucket.state")
_ORIGIN: Final = Origin(("state",))
_KEPT: Final = Lifecycle(prevent_destroy=True)
_OLD_VERSIONS_DAYS: Final = 90
_OLD_VERSIONS_KEPT: Final = 20  # whatever their age


class StateStore(Struct, frozen=True):
    """One bucket, where it is, and the tables that lock what stands in it."""

    bucket: str
    region: str
    account: str | None
    tables: tuple[str, ...]
    lock_files: bool

    @property
    def name(self) -> str:
        """The folder that it is written to."""
        return f"bootstrap-{self.bucket}"


def state_stores(stacks: Iterable[Stack]) -> list[StateStore]:
    """The stores that some stacks ask for, by bucket; each stack names its own table or shares one."""
    by_bucket: dict[str, list[Stack]] = {}
    for stack in stacks:
        by_bucket.setdefault(stack.state.bucket, []).append(stack)
    return [_store(bucket, sharing) for bucket, sharing in sorted(by_bucket.items())]


def compile_state_store(store: StateStore) -> Graph:
    """Make the graph of a store: its backend is given apart, once the bucket exists."""
    resources = [*_bucket(store), *_tables(store)]
    return Graph.of(resources, dict(_outputs(store)), None, [_provider(store)])


def store_backend(store: StateStore) -> dict[str, Value]:
    """Where the store keeps its own state once it is there: in itself, locked like the others."""
    return {
        "bucket": store.bucket,
        "key": STATE_STORE_KEY,
        "region": store.region,
        "encrypt": True,
        **({"dynamodb_table": store.tables[0]} if store.tables else {}),
        **({"use_lockfile": True} if store.lock_files else {}),
    }


def _store(bucket: str, stacks: Sequence[Stack]) -> StateStore:
    tables = sorted({lock_table(stack) for stack in stacks if uses_lock_table(stack)})
    accounts = {stack.account for stack in stacks}
    # One bucket may serve stacks of several accounts; then nothing says in which of them it is.
    account = accounts.pop() if len(accounts) == 1 else None
    lock_files = any(uses_lock_file(stack) for stack in stacks)
    return StateStore(bucket, state_region(stacks[0]), account, tuple(tables), lock_files)


def _provider(store: StateStore) -> dict[str, Value]:
    return {
        "region": store.region,
        "allowed_account_ids": [store.account] if store.account else None,
        "default_tags": [{"tags": {"ManagedBy": "stage3c", "Stack": store.name}}],
    }


def _bucket(store: StateStore) -> Iterator[Resource]:
    yield Resource("aws_s3_bucket", "state", {"bucket": store.bucket}, _ORIGIN, lifecycle=_KEPT)
    for kind, settings in _settings():
        yield Resource(kind, "state", {"bucket": _BUCKET, **settings}, _ORIGIN)
    access = "aws_s3_bucket_public_access_block.state"
    statements: Value = {"Version": "2012-10-17", "Statement": [tls_only(Ref(_BUCKET.address, "arn"))]}
    policy: dict[str, Value] = {"bucket": _BUCKET, "policy": Json(statements)}
    yield Resource("aws_s3_bucket_policy", "state", policy, _ORIGIN, depends_on=(access,))
    # Old versions are told from current ones only where versions are kept.
    yield Resource(
        "aws_s3_bucket_lifecycle_configuration",
        "state",
        {"bucket": _BUCKET, "rule": [_expiry()]},
        _ORIGIN,
        depends_on=("aws_s3_bucket_versioning.state",),
    )


def _settings() -> Iterator[tuple[str, dict[str, Value]]]:
    yield "aws_s3_bucket_versioning", {"versioning_configuration": [{"status": "Enabled"}]}
    yield from private_settings()


def _expiry() -> dict[str, Value]:
    """Old versions go by age, but never the newest few: a state that rests for a year can still be rolled back."""
    return {
        "id": "old-versions",
        "status": "Enabled",
        "filter": [{"prefix": ""}],
        "noncurrent_version_expiration": [
            {"noncurrent_days": _OLD_VERSIONS_DAYS, "newer_noncurrent_versions": _OLD_VERSIONS_KEPT}
        ],
        "abort_incomplete_multipart_upload": [{"days_after_initiation": 7}],
    }


def _tables(store: StateStore) -> Iterator[Resource]:
    """The lock tables: Terraform asks for the key LockID and nothing else.

    https://developer.hashicorp.com/terraform/language/backend/s3 (2026-11-24)
    """
    for table in store.tables:
        attributes: dict[str, Value] = {
            "name": table,
            "billing_mode": "PAY_PER_REQUEST",
            "hash_key": "LockID",
            "attribute": [{"name": "LockID", "type": "S"}],
            "point_in_time_recovery": [{"enabled": True}],
            "deletion_protection_enabled": True,
        }
        yield Resource("aws_dynamodb_table", _address(table), attributes, _ORIGIN, lifecycle=_KEPT)


def _address(table: str) -> str:
    """A table's name in Terraform: no two tables share one, and none moves when another is added."""
    return "locks_" + table.replace("_", "__").replace(".", "_d")


def _outputs(store: StateStore) -> Iterator[tuple[str, Output]]:
    yield "bucket", Output(Ref("aws_s3_bucket.state", "bucket"), "The bucket that holds the states")
    for table in store.tables:
        address = _address(table)
        yield address, Output(Ref(f"aws_dynamodb_table.{address}", "name"), "A table that locks them")
