"""IAM role lacks a required permission."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.graph import Graph
from stage3c.policy.proofs import Proof, proofs
from stage3c.rules.rule import Rule, found_at


def check(graph: Graph) -> Iterator[Finding]:
    """Decide every permission that is needed to start tasks, to log, and to open shells."""
    for proof in proofs(graph):
        kind = proof.need.kind
        if proof.decision.allowed is False and proof.role is not None and kind in ("execution", "task", "flow logs"):
            yield _finding(proof)


def _finding(proof: Proof) -> Finding:
    need, role = proof.need, proof.role
    assert role is not None
    denying = proof.decision.statement
    why = f"{denying.origin} denies it" if denying else "none of its policies allows it"
    cause = f"{need.origin.address} {need.why}: {role.address} needs {need.action} on {need.resource}, but {why}."
    fix = f'allow "{need.action}" on "{need.resource}" in a policy of {role.address}.'
    return found_at(role, cause, fix)


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
