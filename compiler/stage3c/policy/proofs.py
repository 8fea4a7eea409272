"""Every needed permission, proven or not, with the statement that grants it."""

from dataclasses import dataclass
from typing import Final

from stage3c.graph import Graph, Resource, Value
from stage3c.policy.evaluator import Decision, Request, decide
from stage3c.policy.needs import Need, needed_permissions
from stage3c.policy.roles import grants_of, role_of
from stage3c.views.arns import account_of, partition_of, region_of
from stage3c.views.statements import statements_in

SERVICE_OF_KIND: Final = {
    "execution": "ecs-tasks.amazonaws.com",
    "task": "ecs-tasks.amazonaws.com",
    "application": "ecs-tasks.amazonaws.com",
    "flow logs": "vpc-flow-logs.amazonaws.com",
}
_SOURCES: Final = {"ecs-tasks.amazonaws.com": "ecs:", "vpc-flow-logs.amazonaws.com": "ec2:vpc-flow-log/"}
"""On whose behalf a service assumes a role: service and start of the resource in aws:SourceArn."""


@dataclass(frozen=True, slots=True)
class Proof:
    """A needed permission with AWS's decision; `role` None: it is not one of the graph's."""

    need: Need
    role: Resource | None
    decision: Decision


def proofs(graph: Graph) -> tuple[Proof, ...]:
    """Decide every needed permission of a graph; computed once a graph."""
    return graph.derived(_proofs)


def _proofs(graph: Graph) -> tuple[Proof, ...]:
    return tuple(_proof(graph, need) for need in needed_permissions(graph))


def _proof(graph: Graph, need: Need) -> Proof:
    role = role_of(graph, need.role)
    if role is None:
        return Proof(need, None, Decision(allowed=False if need.role is None else None))
    grants = grants_of(graph, role)
    context = (
        {"kms:viaservice": f"secretsmanager.{region_of(graph)}.amazonaws.com"} if need.action == "kms:Decrypt" else {}
    )
    request = Request(need.action, need.resource, context=context)
    boundary = grants.boundary if grants.has_boundary else None
    decision = decide(request, grants.statements, boundary=boundary)
    if decision.allowed is False and decision.statement is None and not grants.complete:
        decision = Decision(allowed=None)
    return Proof(need, role, decision)


def trust(graph: Graph, role: Resource, service: str) -> Decision:
    """Whether a role can be assumed by a service on behalf of this stack."""
    statements = statements_in(graph, role, "assume_role_policy")
    if statements is None:
        return Decision(allowed=None)
    account, source = account_of(graph), _SOURCES.get(service, "«service»")
    place = f"{partition_of(graph)}:{source.partition(':')[0]}:{region_of(graph)}:{account}"
    source = f"arn:{place}:{source.partition(':')[2]}«any»"
    context = {"aws:sourceaccount": account, "aws:sourcearn": source}
    return decide(Request("sts:AssumeRole", "", f"Service:{service}", context), (), statements)


def users_of(graph: Graph, role: Resource) -> list[tuple[Resource, str]]:
    """What names a role, with the argument that does."""
    return [
        (user, name) for user in graph.users(role) for name, value in user.attributes.items() if _is(graph, value, role)
    ]


def _is(graph: Graph, value: Value, role: Resource) -> bool:
    return graph.target(value) is role
