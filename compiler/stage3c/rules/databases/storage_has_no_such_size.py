"""Storage size or speed is out of range."""

from collections.abc import Iterator

from stage3c.aws.facts import load
from stage3c.diagnostics import Finding
from stage3c.language.model.database import Storage
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Hold size, growth and speed of each database against its storage type."""
    for name, database in stack.databases.items():
        for key, cause, fix in _faults(database.storage_gib):
            yield Finding(cause, fix, ("databases", name, "storage_gib", key))


def _faults(storage: Storage) -> Iterator[tuple[str, str, str]]:
    low, high = load("rds_postgres")["storage_gib"][storage.type]
    if not low <= storage.initial <= high:
        cause = f"the initial size is {storage.initial:,} GiB; {storage.type} allows {low:,} to {high:,}."
        yield "initial", cause, f"write `initial: {min(max(storage.initial, low), high)}`."
    if storage.max is not None:
        least = storage.initial + -(-storage.initial // 10)
        if storage.max < least:
            cause = f"max is {storage.max} GiB; RDS requires at least 10 % more than the initial {storage.initial} GiB."
            yield "max", cause, f"write `max: {least}` or more, or remove max."
        elif storage.max > high:
            yield "max", f"max is {storage.max:,} GiB; {storage.type} allows at most {high:,}.", f"write `max: {high}`."
    yield from _speed(storage)


def _speed(storage: Storage) -> Iterator[tuple[str, str, str]]:
    facts = load("rds_postgres")
    given = [
        key
        for key, value in (("iops", storage.iops), ("throughput_mibps", storage.throughput_mibps))
        if value is not None
    ]
    ranges = {
        "iops": facts["io_iops"].get(storage.type) or facts["gp3"]["iops"],
        "throughput_mibps": facts["gp3"]["throughput_mibps"],
    }
    if storage.type in facts["io_iops"] and storage.iops is None:
        yield "iops", f"{storage.type} storage requires iops.", f"add `iops: {ranges['iops'][0]}`."
    for key in given:
        refused = storage.type == "gp2" or (storage.type != "gp3" and key == "throughput_mibps")
        small = storage.type == "gp3" and storage.initial < facts["gp3"]["threshold_gib"]
        low, high = ranges[key]
        if refused:
            yield key, f"{storage.type} storage does not support {key}.", f"remove {key}."
        elif small:
            cause = f"gp3 storage below {facts['gp3']['threshold_gib']} GiB has fixed IOPS and throughput."
            yield key, cause, f"remove {key}."
        elif not low <= getattr(storage, key) <= high:
            yield (
                key,
                f"{key} is {getattr(storage, key):,}; {storage.type} allows {low:,} to {high:,}.",
                f"write `{key}: {low}`.",
            )


RULE = Rule(
    id="DBS103",
    title="Storage size or speed is out of range",
    what="The size, IOPS or throughput in `storage_gib` is not supported by its storage type.",
    why="The provider does not check it; RDS rejects it at apply.",
    fix="Write a supported value, such as `storage_gib: {initial: 20, max: 100}`.",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html",
    bad="databases: {orders: {storage_gib: {initial: 5}}}",
    good="databases: {orders: {storage_gib: {initial: 400, max: 1000, iops: 12000, throughput_mibps: 500}}}",
    check_spec=check,
)
