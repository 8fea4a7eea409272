"""Changes that take several steps, or that no plan shows: major upgrades, another owner of a password, a moved service."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from stage3c.change.written import Body, Written, kind_at, references, renamed
from stage3c.diagnostics import Fault, Path
from stage3c.language.source import Document


def step_faults(
    before: Written, after: Written, moved: Mapping[str, str], accepted: Collection[str], document: Document
) -> Iterator[Fault]:
    """All of them, at their line of the spec. `accepted` has the addresses under `replace`."""
    old = {moved.get(address, address): renamed(body, moved) for address, body in before.resources.items()}
    for address, now in after.resources.items():
        was, name = old.get(address), address.partition(".")[2]
        if kind_at(address) == "aws_db_instance" and was is not None:
            yield from _upgraded(name, was, now, document)
            yield from _managed(name, was, now, accepted, document)
        if kind_at(address) == "aws_lb_target_group" and was is not None:
            yield from _moved_away(name, old, after.resources, document)


def _upgraded(name: str, was: Body, now: Body, document: Document) -> Iterator[Fault]:
    versions = [str(each.get("engine_version", "")) for each in (was, now)]
    majors = [version.partition(".")[0] for version in versions]
    if majors[0] == majors[1] or not all(map(str.isdigit, majors)) or "replicate_source_db" in now:
        return
    path: Path = ("databases", name, "version")
    if int(majors[0]) > int(majors[1]):
        cause = f"databases.{name} goes from PostgreSQL {versions[0]} back to {versions[1]}, which RDS cannot do."
        yield Fault("DBS123", cause, f'write `version: "{versions[0]}"`.', document.span(path), path)
        return
    at_once = now.get("apply_immediately") is True
    when = "during the apply" if at_once else f"in the maintenance window {now.get('maintenance_window')}"
    cause = (
        f"databases.{name} is upgraded from PostgreSQL {versions[0]} to {versions[1]} {when}: it is unavailable for minutes, "
        "and there is no way back but a snapshot."
    )
    fix = "take a snapshot and try the upgrade on a restored copy first"
    waits = (
        f"; write `apply_immediately: true` under databases.{name} to upgrade during the apply, since without it Terraform "
        "cannot delete the old parameter group before the window and must be applied again after it"
    )
    yield Fault("DBS121", cause, f"{fix}{'' if at_once else waits}.", document.span(path), path)


def _managed(name: str, was: Body, now: Body, accepted: Collection[str], document: Document) -> Iterator[Fault]:
    """Terraform knows the secret that RDS makes only after the database was changed, so a single apply fails at its plan.

    An apply with -target fails alike, since the outputs name the secret too (Terraform 1.14 with provider 5.100, 2026-11-28).
    """
    if now.get("manage_master_user_password") is not True or was.get("manage_master_user_password") is True:
        return
    path, secret = ("databases", name, "credentials"), f"aws_secretsmanager_secret.{name}"
    key = f" --master-user-secret-kms-key-id {now['kms_key_id']}" if now.get("kms_key_id") else ""
    instance = f"--db-instance-identifier {was.get('identifier')}"
    modify = f"aws rds modify-db-instance {instance} --manage-master-user-password{key} --apply-immediately"
    cause = (
        f"RDS takes over the password of databases.{name}, which takes two steps: Terraform cannot plan with the secret that "
        "RDS creates before it exists. Between the two steps, running tasks cannot open new connections."
    )
    steps = f"run {modify}, then aws rds wait db-instance-available {instance}, then terraform apply."
    if secret in accepted:
        yield Fault("DBS124", cause, steps, document.span(path), path)
        return
    allow = f"write `replace: [{{address: {secret}, reason: RDS owns the password now}}]`, build, then "
    yield Fault("DBS122", cause, f"{allow}{steps}", document.span(path), path)


def _moved_away(name: str, old: Mapping[str, Body], new: Mapping[str, Body], document: Document) -> Iterator[Fault]:
    """A target group belongs to one load balancer at a time; two listeners are not updated in a certain order.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-target-groups.html (2026-11-28)
    """
    was, now = _binding(name, old), _binding(name, new)
    if not was or not now or _balancer(was, old) == _balancer(now, new):
        return
    if kind_at(was) == kind_at(now) == "aws_lb_listener_rule":
        return  # the rule is replaced: deleted first, then created on the other listener
    source, target = (_balancer(each, where).partition(".")[2] for each, where in ((was, old), (now, new)))
    path: Path = ("services", name, "load_balancer")
    cause = (
        f"services.{name} moves from load_balancers.{source} to load_balancers.{target} as a default route: AWS refuses its "
        "target group on the second one while the first still forwards to it, and Terraform updates both at the same time."
    )
    routes = [f"`load_balancer: {{name: {balancer}, paths: [/*]}}`" for balancer in (source, target)]
    fix = f"take three steps, each with build and apply: {routes[0]}; then {routes[1]}; then what is written now."
    yield Fault("LBA126", cause, fix, document.span(path), path)


def _binding(service: str, resources: Mapping[str, Body]) -> str:
    """The listener or rule that forwards to a service's target group."""
    group = f"aws_lb_target_group.{service}"
    for address, body in resources.items():
        actions: Any = body.get("action") if kind_at(address) == "aws_lb_listener_rule" else body.get("default_action")
        if any(name == group for name, _ in references(actions)):
            return address
    return ""


def _balancer(binding: str, resources: Mapping[str, Body]) -> str:
    body = resources.get(binding, {})
    if kind_at(binding) == "aws_lb_listener_rule":
        listener = next((name for name, _ in references(body.get("listener_arn"))), "")
        body = resources.get(listener, {})
    return next((name for name, _ in references(body.get("load_balancer_arn"))), "")
