"""A change as findings: what is lost, the line of the spec that causes it, and whether the build is refused."""

from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct

from stage3c.aws.kinds import known
from stage3c.change.judge import Change, changes
from stage3c.change.steps import step_faults
from stage3c.change.written import Written
from stage3c.diagnostics import Fault, Path, Span
from stage3c.graph import Graph
from stage3c.language.model.stack import Replacement
from stage3c.language.source import Document
from stage3c.wording import listed

_ROUTINE: Final = ("aws_ecs_task_definition", "aws_secretsmanager_secret_version")
"""Types whose replacement is how they change: AWS keeps the old revision or version."""
_SECTIONS: Final = ("services", "jobs", "databases", "secrets", "load_balancers")
_KEYS: Final[Mapping[str, Path]] = {
    "db_name": ("database_name",),
    "kms_key_id": ("kms_key",),
    "username": ("credentials",),
    "capacity_provider_strategy": ("capacity",),
    "launch_type": ("capacity",),
    "cidr_block": (),
}
"""Where the spec has an argument that has another name there."""
_HELD: Final[Mapping[str, str]] = {
    "aws_docdb_cluster": "its data",
    "aws_ebs_volume": "its data",
    "aws_efs_file_system": "its files",
    "aws_elasticache_replication_group": "its data",
    "aws_fsx_lustre_file_system": "its files",
    "aws_kms_key": "everything that is encrypted with it",
    "aws_neptune_cluster": "its data",
    "aws_opensearch_domain": "its data",
    "aws_rds_cluster": "its data",
}
"""Types without a kind that hold data."""


class Before(Struct, frozen=True):
    """A stack before and after a change, with the spec that makes the change."""

    document: Document
    graph: Graph
    accepted: tuple[Replacement, ...]
    old: Written
    new: Written


def change_faults(each: Before) -> Iterator[Fault]:
    """Everything that a person must know before this is applied."""
    if not each.old.resources:
        return
    moved = dict(each.graph.moved)
    found = {change.address: change for change in changes(each.old, each.new, moved)}
    reasons = {accepted.address: accepted.reason for accepted in each.accepted}
    steps = list(step_faults(each.old, each.new, moved, set(reasons), each.document))
    yield from steps
    taken_over = {f"aws_secretsmanager_secret.{fault.path[1]}" for fault in steps if fault.code == "DBS122"}
    quiet = []
    for change in (found[address] for address in found if address not in taken_over):
        code = severity_of(change, reasons)
        if code:
            path = _path(each, change, found)
            identifier = str(each.new.resources.get(change.address, {}).get("identifier", "IDENTIFIER"))
            fix = _fix(change, identifier, accepted=change.address in reasons)
            yield Fault(code, cause_of(change), fix, _span(each, path), path)
        elif change.kind not in _ROUTINE:
            quiet.append(change.address)
    if quiet:
        more = f" and {len(quiet) - _SHOWN} more" if len(quiet) > _SHOWN else ""
        cause = f"Terraform also replaces or destroys {', '.join(quiet[:_SHOWN])}{more}."
        yield Fault("STA115", cause, "terraform plan shows all of them.", _span(each, ()), ())
    yield from _idle(each, found)


_SHOWN: Final = 5


def severity_of(change: Change, accepted: Mapping[str, str] | None = None) -> str:
    """The rule that a change falls under: STA112 where it is refused, STA113 where something is lost, else none."""
    kind = known(change.kind)
    guarded = kind.guarded if kind else "always" if change.kind in _HELD else ""
    superseded = guarded == "superseded" and (change.action == "replace" or bool(change.heirs))
    if guarded == "always" or superseded or (guarded == "in use" and change.users):
        return "STA113" if accepted and change.address in accepted else "STA112"
    return "STA113" if _holds(change.kind) or _interrupts(change) else ""


def cause_of(change: Change) -> str:
    """What happens, why, and what is lost."""
    if change.action == "destroy":
        happens = f"Terraform would destroy {change.address}"
        why = ", which the new configuration no longer contains"
    else:
        happens = f"Terraform would destroy {change.address} and create another"
        why = f" because {change.because} is replaced" if change.because else _because(change.arguments)
    kind = known(change.kind)
    holds = _holds(change.kind)
    more = f" and {len(change.users) - 1} more" if len(change.users) > 1 else ""
    losses = [
        f"{holds} would be lost" if holds else "",
        _interrupts(change),
        f"{change.users[0]}{more} still uses it" if change.users and kind and kind.guarded == "in use" else "",
    ]
    return f"{happens}{why}: {'; '.join(filter(None, losses)) or 'it would not exist in between'}."


def _holds(kind: str) -> str:
    found = known(kind)
    return found.holds if found else _HELD.get(kind, "")


def _interrupts(change: Change) -> str:
    """What does not work while it is replaced; a record that validates a certificate serves no requests."""
    kind = known(change.kind)
    validates = change.kind == "aws_route53_record" and change.because.startswith("aws_acm_certificate.")
    return kind.interrupts if kind and change.action == "replace" and not validates else ""


def _because(arguments: tuple[str, ...]) -> str:
    if not arguments:
        return ""
    return f" because {listed(arguments)} {'changes' if len(arguments) == 1 else 'change'}"


def _fix(change: Change, identifier: str, *, accepted: bool) -> str:
    keep = "restore its part of the spec, or write `formerly: OLD` under a renamed key"
    if change.kind == "aws_db_instance" and accepted:
        names = f"--db-instance-identifier {identifier} --db-snapshot-identifier {identifier}-kept"
        last = (
            " Its final snapshot must have a name that is free: write final_snapshot_name where an earlier one is left."
        )
        return f"take a snapshot first: aws rds create-db-snapshot {names}.{last}"
    if accepted:
        return "remove the entry under replace once this is applied."
    if severity_of(change) == "STA113":
        return f"apply it when the interruption is acceptable{'' if change.action == 'replace' else f', or {keep}'}."
    keep = (
        keep if change.action == "destroy" else f"restore the old value of {listed(change.arguments) or change.because}"
    )
    return (
        f"{keep}; to accept the loss, write `replace: [{{address: {change.address}, reason: Holds test data only}}]`."
    )


def _path(each: Before, change: Change, by_address: Mapping[str, Change]) -> Path:
    """Where the spec says what causes a change, as near as can be told."""
    root, seen = change, {change.address}
    while root.because and root.because in by_address and root.because not in seen:
        seen.add(root.because)
        root = by_address[root.because]
    resource = each.graph.resources.get(root.address)
    if resource is None:
        return _former_path(each, root.address)
    near = resource.origin.path
    for argument in root.arguments:
        path: Path = (*near, *_KEYS.get(argument, (argument.partition(".")[0],)))
        if each.document.has(path):
            return path
    return near


def _former_path(each: Before, address: str) -> Path:
    """The part of the spec whose key the name of a lost resource has, or had."""
    name = address.partition(".")[2].split("_")
    keys = ((section, key) for section in _SECTIONS for key in name if each.document.has((section, key)))
    return next(keys, ())


def _span(each: Before, path: Path) -> Span:
    return each.document.span(path, key=bool(path))


def _idle(each: Before, found: Mapping[str, Change]) -> Iterator[Fault]:
    for position, accepted in enumerate(each.accepted):
        if accepted.address not in found:
            path: Path = ("replace", position)
            cause = f"replace[{position}]: Terraform neither replaces nor destroys {accepted.address}."
            yield Fault("STA114", cause, "remove this entry.", each.document.span(path), path)
