"""IAM role lacks a required permission."""

from collections.abc import Iterator, Sequence

from stage3c.diagnostics import Finding
from stage3c.graph import Graph
from stage3c.policy.proofs import Proof, proofs
from stage3c.policy.roles import grants_of
from stage3c.rules.rule import Rule, found_at
from stage3c.wording import listed


def check(graph: Graph) -> Iterator[Finding]:
    """Decide every permission that is needed to start tasks, to log, and to open shells; one finding a statement."""
    lacking: dict[tuple[str, ...], list[Proof]] = {}
    for proof in proofs(graph):
        need, role = proof.need, proof.role
        if need.kind == "flow logs" and role is not None and not grants_of(graph, role).statements:
            continue  # AWS takes the role as it is, and its policies are kept elsewhere
        if proof.decision.allowed is False and role is not None and need.kind in ("execution", "task", "flow logs"):
            statement = (role.address, need.origin.address, need.why, need.resource, _obstacle(proof))
            lacking.setdefault(statement, []).append(proof)
    yield from map(_finding, lacking.values())


def _obstacle(proof: Proof) -> str:
    denying = proof.decision.statement
    return f"{denying.origin} denies" if denying else "none of its policies allows"


def _finding(missing: Sequence[Proof]) -> Finding:
    need, role = missing[0].need, missing[0].role
    assert role is not None
    actions = [proof.need.action for proof in missing]
    it = "it" if len(actions) == 1 else "them"
    cause = (
        f"{need.origin.address} {need.why}: {role.address} needs {listed(actions)} on {need.resource}, "
        f"but {_obstacle(missing[0])} {it}."
    )
    quoted = listed([f'"{action}"' for action in actions])
    return found_at(role, cause, f'allow {quoted} on "{need.resource}" in a policy of {role.address}.')


RULE = Rule(
    id="IAM201",
    scope="graph",
    title="IAM role lacks a required permission",
    what="A task pulls an image, injects a secret, writes logs or opens shells, but its role does not allow it.",
    why="Tasks do not start: AccessDeniedException, not authorized to perform secretsmanager:GetSecretValue.",
    fix="Allow the action on that resource in a policy of the role.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html (2026-11-24)",
    bad_terraform="# without aws_iam_role_policy.execution\n",
    check_graph=check,
)
