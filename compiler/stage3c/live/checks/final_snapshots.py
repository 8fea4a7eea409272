"""Final snapshots that an earlier stack has left under the names that the databases will take theirs under."""

from collections.abc import Iterator, Mapping

from stage3c.aws.kinds.kind import Json
from stage3c.diagnostics import clip
from stage3c.language.model.stack import Stack
from stage3c.live.account import Account
from stage3c.live.check import Check, Problem
from stage3c.resources.stack import compile_stack

_NO_SNAPSHOT = ("DBSnapshotNotFound", "DBSnapshotNotFoundFault")


def ask(account: Account, stack: Stack) -> Json:
    """By database, the snapshot that has the name of its final one: which instance it is of, and when it was taken."""
    told = {}
    for name, snapshot in _names(stack).items():
        for each in _snapshots(account, snapshot):
            taken = str(each.get("SnapshotCreateTime") or "an unknown time")[:10]
            told[name] = {"of": str(each.get("DBInstanceIdentifier") or ""), "taken": taken}
    return told


def _snapshots(account: Account, name: str) -> list[Json]:
    answer = account.maybe("rds.describe_db_snapshots", *_NO_SNAPSHOT, DBSnapshotIdentifier=name)
    return list((answer or {}).get("DBSnapshots", []))


def judge(stack: Stack, answer: Json) -> Iterator[Problem]:
    """An error if the spec accepts that the next apply replaces the database; otherwise a warning, for `terraform destroy`."""
    names, accepted = _names(stack), {each.address for each in stack.replace}
    for name, snapshot in names.items():
        if name not in answer:
            continue
        told, is_next = answer[name], f"aws_db_instance.{name}" in accepted
        cause = (
            f"snapshot {clip(snapshot)} of {clip(told['of'])} exists since {clip(told['taken'])}; database {name} takes its "
            f"final snapshot under that name, so {'its replacement' if is_next else 'terraform destroy'} would fail with "
            "DBSnapshotAlreadyExists."
        )
        fix = f"write databases.{name}.final_snapshot_name: {clip(snapshot)}-2, and apply it before the database goes"
        yield Problem(cause, fix, "error" if is_next else "warning")


def _names(stack: Stack) -> Mapping[str, str]:
    """The names of the final snapshots that will be taken, by database."""
    graph, found_names = compile_stack(stack), {}
    for name in stack.databases:
        attributes = graph.resources[f"aws_db_instance.{name}"].attributes
        snapshot = attributes.get("final_snapshot_identifier")
        if isinstance(snapshot, str) and attributes.get("skip_final_snapshot") is not True:
            found_names[name] = snapshot
    return found_names


CHECK = Check(
    id="PRE121",
    title="Names of final snapshots are free",
    why="RDS takes no snapshot under a name that exists, and deletes no database without its final snapshot.",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBInstance.html (2026-11-28)",
    ask=ask,
    answer={str: {"of": str, "taken": str}},
    concerns=lambda stack: any(database.final_snapshot for database in stack.databases.values()),
    judge=judge,
)
