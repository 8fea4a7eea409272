"""What a release reads of a plan: how much it changes, what it must not do, and what jobs need before they run. Pure."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Final

from stage3c.change.faults import cause_of, severity_of
from stage3c.change.planned import action_of, planned_changes
from stage3c.graph import refs_in
from stage3c.pipeline import Build
from stage3c.resources.jobs import JobHome

_REFUSED: Final = "STA112"
_VERBS: Final = ("create", "update", "replace", "destroy", "import", "move", "forget")
_NAMED: Final = ("import", "move", "forget")
_RULES: Final = ("aws_vpc_security_group_ingress_rule", "aws_vpc_security_group_egress_rule")


def counts(plan: Mapping[str, Any]) -> dict[str, int]:
    """How many resources the plan creates, updates, and so on, and how many it moves in the state; only what it does is in it."""
    found = Counter(verb for each in plan.get("resource_changes", ()) for verb in _verbs(each))
    return {verb: found[verb] for verb in _VERBS if found[verb]}


def summary(plan: Mapping[str, Any]) -> list[str]:
    """The counts in one line, and a line for each resource that is replaced, destroyed, imported, moved or forgotten."""
    told = ", ".join(f"{count} to {verb}" for verb, count in counts(plan).items()) or "no changes"
    named = (
        f"{verb} {each['address']}"
        for each in plan.get("resource_changes", ())
        for verb in _verbs(each)
        if verb in _NAMED
    )
    return [told, *(f"{each.action} {each.address}" for each in planned_changes(plan)), *named]


def refusals(plan: Mapping[str, Any], build: Build) -> list[str]:
    """What the plan would lose and the spec does not accept under `replace`."""
    accepted = {each.address: each.reason for each in build.stack.replace}
    return [cause_of(each) for each in planned_changes(plan) if severity_of(each, accepted) == _REFUSED]


def targets_of(build: Build, home: JobHome) -> list[str]:
    """What Terraform must have applied before a job runs: its task definition, permissions, log, routes and firewalls."""
    assert build.graph is not None
    graph = build.graph
    own = {home.address, *_named_like(build, home)}
    service = graph.resources[f"aws_ecs_service.{home.like}"]
    waits = {each for each in service.depends_on if not each.startswith("aws_lb")}
    group = f"aws_security_group.service_{home.like}"
    rules = {
        each.address
        for each in graph.resources.values()
        if each.type in _RULES
        and any(ref.address == group for value in each.attributes.values() for ref in refs_in(value))
    }
    return sorted(own | waits | rules)


def _named_like(build: Build, home: JobHome) -> Iterator[str]:
    """The log group and the policies of the task."""
    assert build.graph is not None
    task = home.address.partition(".")[2]
    for each in build.graph.resources.values():
        is_policy = each.type == "aws_iam_role_policy" and each.name in (f"{task}_execution", f"{task}_task")
        if is_policy or (each.type == "aws_cloudwatch_log_group" and each.attributes.get("name") == home.log_group):
            yield each.address


def _verbs(each: Mapping[str, Any]) -> Iterator[str]:
    """Source: https://developer.hashicorp.com/terraform/internals/json-format#change-representation (2026-11-28)."""
    yield action_of(each["change"]["actions"])
    if each["change"].get("importing"):
        yield "import"
    if each.get("previous_address"):
        yield "move"
