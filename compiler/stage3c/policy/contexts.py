"""What AWS knows of a request, by condition key: whatever holds for each call of a task, or of a service for it.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html (2026-11-28).
"""

from collections.abc import Mapping
from typing import Final

from stage3c.graph import Graph, Ref, Resource
from stage3c.views.arns import account_of, home_region, partition_of, written

Context = Mapping[str, str | None]

_ABSENT: Final = (
    "aws:multifactorauthpresent", "aws:multifactorauthage", "aws:sourcearn", "aws:sourceaccount", "aws:sourceorgid",
    "aws:sourceidentity", "aws:federatedprovider", "aws:username", "aws:chatbotsourcearn",
)  # fmt: skip
"""What belongs to users, or to services that call on somebody's behalf: the session of a task's role has none of them."""
_SOURCES: Final = {
    "ecs-tasks.amazonaws.com": f"ecs:task/«any»/{'a' * 32}",
    "vpc-flow-logs.amazonaws.com": f"ec2:vpc-flow-log/fl-{'a' * 17}",
}
"""On whose behalf a service assumes a role: service and resource in aws:SourceArn, whose last part has hexadecimal digits.

Of ECS, a policy can name the account and the region, but no cluster:
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html (2026-11-28).
"""


def of_role(graph: Graph, role: Resource, action: str, resource: str, *, through: str = "") -> Context:
    """The context of a call by the session of a role; `through`: the service that calls for it, as for Decrypt."""
    region, parts = home_region(graph, role), resource.split(":")
    where = parts[3] if resource.startswith("arn:") and len(parts) > 4 else ""  # noqa: PLR2004 - arn:partition:service:region:account
    owner = parts[4] if resource.startswith("arn:") and len(parts) > 4 else ""  # noqa: PLR2004 - likewise
    found: dict[str, str | None] = dict.fromkeys(_ABSENT)
    found |= {
        "aws:principalaccount": account_of(graph),
        "aws:principaltype": "AssumedRole",
        "aws:principalisawsservice": "false",
        "aws:securetransport": "true",
        "aws:viaawsservice": "true" if through else "false",
        "aws:requestedregion": where or region,
    }
    arn = written(graph, Ref(role.address, "arn"))
    found |= {"aws:principalarn": arn} if arn else {}
    found |= {"aws:resourceaccount": owner} if owner else {}
    if action.startswith("kms:"):
        found["kms:calleraccount"] = account_of(graph)
        found["kms:viaservice"] = f"{through}.{where or region}.amazonaws.com" if through else None
    return found


def of_trust(graph: Graph, role: Resource, service: str) -> Context:
    """The context in which a service assumes a role for what this stack makes; nobody else's account, and no external id."""
    account, source = account_of(graph), _SOURCES.get(service, "«service»:«any»")
    prefix, _, kind = source.partition(":")
    arn = f"arn:{partition_of(graph)}:{prefix}:{home_region(graph, role)}:{account}:{kind}"
    return {
        "aws:sourceaccount": account,
        "aws:sourcearn": arn,
        "aws:principalisawsservice": "true",
        "aws:securetransport": "true",
        "sts:externalid": None,
        "aws:principalorgid": None,
        "aws:principalaccount": None,
        "aws:principalarn": None,
        "aws:multifactorauthpresent": None,
    }
