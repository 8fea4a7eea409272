"""The policies of a role, however they are attached: inline, beside it, managed by AWS or by the stack."""

from collections import defaultdict
from collections.abc import Iterator

from msgspec import Struct

from stage3c.graph import Expr, Graph, Resource, Value, blocks, items
from stage3c.views.arns import written
from stage3c.views.statements import Statement, Statements, managed, statements_in, statements_of

_ATTACHMENTS = ("aws_iam_role_policy_attachment", "aws_iam_policy_attachment")


class Grants(Struct, frozen=True):
    """The statements of a role; `complete` is False where there may be others."""

    statements: tuple[Statement, ...]
    complete: bool
    boundary: Statements = ()
    managed_arns: tuple[str, ...] = ()

    @property
    def has_boundary(self) -> bool:
        """Tell whether a permissions boundary limits the role."""
        return self.boundary != ()


def grants_of(graph: Graph, role: Resource) -> Grants:
    """Everything that is granted to a role."""
    return graph.derived(_all_grants)[role.address]


def role_of(graph: Graph, value: Value) -> Resource | None:
    """The role that an argument means, by reference or by its name."""
    target = graph.target(value)
    if target is not None and target.type == "aws_iam_role" and target.mode == "resource":
        return target
    name = written(graph, value)
    return graph.derived(_roles_by_name).get(name) if name else None


def _roles_by_name(graph: Graph) -> dict[str, Resource]:
    found = {}
    for role in graph.of_type("aws_iam_role"):
        name = written(graph, graph.resolved(role.attributes.get("name")))
        if name:
            found[name] = role
    return found


def _all_grants(graph: Graph) -> dict[str, Grants]:
    policies: dict[str, list[Statements]] = defaultdict(list)
    arns: dict[str, list[str]] = defaultdict(list)
    stray = False
    for owner, statements, arn in _attached(graph):
        role = role_of(graph, owner)
        stray = stray or (role is None and isinstance(owner, Expr))
        if role is not None:
            policies[role.address].append(statements)
            arns[role.address] += [arn] if arn else []
    roles = graph.of_type("aws_iam_role")
    return {
        role.address: _grants(graph, role, policies[role.address], arns[role.address], stray=stray) for role in roles
    }


def _attached(graph: Graph) -> Iterator[tuple[Value, Statements, str]]:
    """What names a role beside the role itself, with the statements of the policy, and its ARN where it is AWS's own."""
    for policy in graph.of_type("aws_iam_role_policy", *_ATTACHMENTS):
        found, arn = _granted(graph, policy)
        for owner in items(policy.attributes.get("role", policy.attributes.get("roles"))):
            yield owner, found if policy.certain else None, arn
    for policy in graph.of_type("aws_iam_role_policy_attachments_exclusive"):
        for value in items(policy.attributes.get("policy_arns")):
            found, arn = policy_at(graph, value)
            yield policy.attributes.get("role_name"), found if policy.certain else None, arn


def _granted(graph: Graph, policy: Resource) -> tuple[Statements, str]:
    if policy.type == "aws_iam_role_policy":
        return statements_in(graph, policy), ""
    return policy_at(graph, policy.attributes.get("policy_arn"))


def policy_at(graph: Graph, value: Value) -> tuple[Statements, str]:
    """The statements of the policy that an ARN means, and the ARN where it is AWS's own."""
    target = graph.target(value)
    if target is not None and target.type == "aws_iam_policy":
        if target.mode == "data":
            name = written(graph, target.attributes.get("name"))
            arn = written(graph, target.attributes.get("arn")) or f"arn:aws:iam::aws:policy/{name}"
            return managed(arn), arn
        return statements_in(graph, target), ""
    arn = written(graph, value) or ""
    return (managed(arn), arn) if ":iam::aws:policy/" in arn else (None, "")


def _grants(graph: Graph, role: Resource, beside: list[Statements], arns: list[str], *, stray: bool) -> Grants:
    found = [*beside, *_inline(graph, role)]
    own = [policy_at(graph, arn) for arn in items(role.attributes.get("managed_policy_arns"))]
    statements = [*found, *(inner for inner, _ in own)]
    complete = None not in statements and not stray and not graph.is_handed_out(role) and role.certain
    flat = tuple(statement for inner in statements for statement in inner or ())
    limit = role.attributes.get("permissions_boundary")
    boundary = policy_at(graph, limit)[0] if limit is not None else ()
    return Grants(flat, complete, boundary, (*arns, *(arn for _, arn in own if arn)))


def _inline(graph: Graph, role: Resource) -> Iterator[Statements]:
    given = role.attributes.get("inline_policy")
    if isinstance(given, Expr):
        yield None
    for policy in blocks(given):
        yield statements_of(graph, policy.get("policy"), role.address)
