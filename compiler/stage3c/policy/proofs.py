"""Every needed permission, proven or not, with the statement that grants it."""

from msgspec import Struct

from stage3c.graph import Graph, Ref, Resource, Value
from stage3c.policy.contexts import of_role, of_trust
from stage3c.policy.endpoint_needs import through_endpoints
from stage3c.policy.evaluator import Decision, Request, decide
from stage3c.policy.need import Need
from stage3c.policy.needs import needed_permissions
from stage3c.policy.resource_policies import decide_on_key, policy_at_arn, policy_of
from stage3c.policy.roles import grants_of, role_of
from stage3c.views.arns import account_of, home_region, written
from stage3c.views.statements import statements_in


class Proof(Struct, frozen=True):
    """A needed permission with AWS's decision; `role` None: it is not one of the graph's."""

    need: Need
    role: Resource | None
    decision: Decision


def proofs(graph: Graph) -> tuple[Proof, ...]:
    """Decide every needed permission of a graph; computed once a graph."""
    return graph.derived(_proofs)


def _proofs(graph: Graph) -> tuple[Proof, ...]:
    needs = needed_permissions(graph)
    everything = [*needs, *through_endpoints(graph, needs)]
    found = {
        (n.origin.address, str(n.role), n.action, n.resource, n.why, n.endpoint and n.endpoint.address): n
        for n in everything
    }
    return tuple(_proof(graph, need) for need in found.values())


def _proof(graph: Graph, need: Need) -> Proof:
    if need.kind == "key":
        return Proof(need, None, _on_key_of_service(graph, need))
    role = role_of(graph, need.role)
    if need.endpoint is not None:
        return Proof(need, role, _at_endpoint(graph, need, role, need.endpoint))
    if role is None:
        return Proof(need, None, Decision(allowed=False if need.role is None else None))
    if need.kind == "trust":
        return Proof(need, role, trust(graph, role, need.principal.partition(":")[2]))
    return Proof(need, role, _of_role(graph, need, role))


def _of_role(graph: Graph, need: Need, role: Resource) -> Decision:
    grants = grants_of(graph, role)
    request = _request(graph, need, role)
    boundary = grants.boundary if grants.has_boundary else None
    if need.through:
        decision = decide_on_key(request, grants.statements, need.key, graph)
        if boundary is not None and decision.allowed is not False:
            limited = decide(request, grants.statements, boundary=boundary)
            decision = limited if limited.allowed is not True else decision
    else:
        policy = policy_at_arn(graph, need.resource)
        decision = decide(request, grants.statements, policy or (), boundary)
        if policy is None and decision.allowed:
            decision = Decision(None, decision.statement)  # a policy that nobody can read may deny it
    if decision.allowed and grants.boundary is None:
        return Decision(None, decision.statement)  # a boundary that nobody can read may not include it
    if decision.allowed is False and decision.statement is None and not grants.complete:
        return Decision(allowed=None)
    return decision


def _request(graph: Graph, need: Need, role: Resource) -> Request:
    context = of_role(graph, role, need.action, need.resource, through=need.through)
    arn = written(graph, Ref(role.address, "arn"))
    return Request(need.action, need.resource, f"AWS:{arn}" if arn else "", context)


def _at_endpoint(graph: Graph, need: Need, role: Resource | None, endpoint: Resource) -> Decision:
    """Layers are asked for by ECR's own signature: neither the role nor its account is known to the policy."""
    statements = policy_of(graph, endpoint)
    if statements is None or (role is None and need.role is not None):
        return Decision(allowed=None)
    if role is not None:
        return decide(_request(graph, need, role), (), statements)
    context = {
        "aws:securetransport": "true",
        "aws:requestedregion": home_region(graph, endpoint),
        "aws:resourceaccount": "amazon",
    }
    return decide(Request(need.action, need.resource, "AWS:«whoever signs for ECR»", context), (), statements)


def _on_key_of_service(graph: Graph, need: Need) -> Decision:
    """Whether the policy of a key admits a service; the default one, and those of keys that AWS manages, admit none."""
    if need.key is None:
        return Decision(allowed=False if "alias/aws/" in need.resource else None)
    policy = policy_of(graph, need.key)
    if policy is None:
        return Decision(allowed=None)
    source = written(graph, Ref(need.origin.address, "arn"))
    context: dict[str, str | None] = {"aws:sourceaccount": account_of(graph), "aws:securetransport": "true"}
    if need.origin.type == "aws_cloudwatch_log_group" and source:
        context = {"aws:securetransport": "true", "kms:encryptioncontext:aws:logs:arn": source}
    request = Request(need.action, need.resource, need.principal, context)
    found = decide(request, (), policy)
    if found.allowed is False and found.statement is None and need.principal.startswith("Service:logs."):
        # AWS documents the principal of the region alone; that of all regions is common, and nothing says that it fails.
        loose = decide(request._replace(principal="Service:logs.amazonaws.com"), (), policy)
        return Decision(None, loose.statement) if loose.allowed else found
    return found


def trust(graph: Graph, role: Resource, service: str) -> Decision:
    """Whether a role can be assumed by a service on behalf of this stack."""
    statements = statements_in(graph, role, "assume_role_policy")
    if statements is None:
        return Decision(allowed=None)
    request = Request("sts:AssumeRole", "", f"Service:{service}", of_trust(graph, role, service))
    return decide(request, (), statements)


def users_of(graph: Graph, role: Resource) -> list[tuple[Resource, str]]:
    """What names a role, with the argument that does."""
    return [
        (user, name) for user in graph.users(role) for name, value in user.attributes.items() if _is(graph, value, role)
    ]


def _is(graph: Graph, value: Value, role: Resource) -> bool:
    return graph.target(value) is role
