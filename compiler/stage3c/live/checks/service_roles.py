"""The roles that AWS's services act by, one for each account."""

from collections.abc import Iterator

from stage3c.aws.facts import load
from stage3c.aws.kinds.kind import Json
from stage3c.language.model.stack import Stack
from stage3c.live.account import Account
from stage3c.live.check import Check, Problem
from stage3c.resources.stack import compile_stack


def ask(account: Account, stack: Stack) -> Json:
    """By service: whether its role is there."""
    iam = account.client("iam")
    paths = {service: f"/aws-service-role/{service}/" for service in _needed(stack)}
    return {
        service: any(True for _ in iam.pages("list_roles", "Roles", PathPrefix=path)) for service, path in paths.items()
    }


def judge(stack: Stack, answer: Json) -> Iterator[Problem]:
    """AWS makes a role that is missing, but whoever needs it in the same minute may not see it yet."""
    for service, name in _needed(stack).items():
        if not answer[service]:
            cause = f"the account has no role {name} yet. AWS makes it during the apply, which may fail once for want of it."
            yield Problem(cause, f"aws iam create-service-linked-role --aws-service-name {service}", "warning")


def _needed(stack: Stack) -> dict[str, str]:
    """The roles behind what the stack has, by service."""
    graph = compile_stack(stack)
    roles = load("service_roles")["roles"].items()
    return {service: each["name"] for service, each in roles if any(graph.of_type(kind) for kind in each["types"])}


CHECK = Check(
    id="PRE117",
    title="Service-linked roles are there",
    why='The first ECS cluster of an account fails now and then with "Unable to assume the service linked role".',
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using-service-linked-roles.html (2026-11-26)",
    ask=ask,
    answer={str: bool},
    judge=judge,
)
