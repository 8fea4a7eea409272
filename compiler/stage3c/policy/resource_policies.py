"""Policies that stand at a resource: of secrets, repositories, buckets and topics, and the policies of KMS keys.

A key is special: its policy alone decides, and IAM policies count only where it hands that over to the account.
https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html (2026-11-28)
"""

from collections.abc import Mapping
from typing import Final

from stage3c.graph import Graph, Ref, Resource, Value
from stage3c.policy.evaluator import Decision, Request, decide
from stage3c.views.arns import partition_of, written
from stage3c.views.statements import Statement, Statements, statements_in

_SEPARATE: Final = {
    "aws_secretsmanager_secret": "aws_secretsmanager_secret_policy",
    "aws_ecr_repository": "aws_ecr_repository_policy",
    "aws_s3_bucket": "aws_s3_bucket_policy",
    "aws_sns_topic": "aws_sns_topic_policy",
    "aws_sqs_queue": "aws_sqs_queue_policy",
    "aws_kms_key": "aws_kms_key_policy",
    "aws_vpc_endpoint": "aws_vpc_endpoint_policy",
}
"""Types whose policy is an argument of their own, or a resource beside them."""


def policy_of(graph: Graph, resource: Resource) -> Statements:
    """The statements of a resource's own policy, inline or beside it; empty where it has none, None where it is not known."""
    found: list[Statement] = []
    for owner in (resource, *graph.users(resource, _SEPARATE[resource.type])):
        if owner.attributes.get("policy") in (None, ""):
            continue
        statements = statements_in(graph, owner)
        if statements is None or not owner.certain:
            return None
        found += statements
    return None if graph.is_handed_out(resource) else tuple(found)


def policy_at_arn(graph: Graph, arn: str) -> Statements:
    """The policy of the resource of an ARN, as far as the graph makes that resource."""
    resource = graph.derived(_by_arn).get(arn)
    return policy_of(graph, resource) if resource is not None else ()


def _by_arn(graph: Graph) -> Mapping[str, Resource]:
    kinds = ("aws_secretsmanager_secret", "aws_ecr_repository", "aws_s3_bucket", "aws_sqs_queue")
    return {arn: each for each in graph.of_type(*kinds) if (arn := written(graph, Ref(each.address, "arn")))}


def key_of(graph: Graph, value: Value, region: str) -> tuple[Resource | None, str]:
    """The key that an argument means, and its ARN with a hole for an id that is not known; an alias stands for its key.

    `region` is that of whoever asks, for a key that is not named by an ARN.
    """
    target = graph.target(value)
    if target is None and isinstance(value, str) and "alias/" in value:
        target = _alias(graph, value)
    if target is not None and target.type == "aws_kms_alias":
        if target.mode == "resource":
            return key_of(graph, graph.resolved(target.attributes.get("target_key_id")), region)
        return None, _arn_behind(graph, f"{target.address}.key", region)
    if target is not None and target.type == "aws_kms_key":
        own = target if target.mode == "resource" else None
        return own, written(graph, Ref(target.address, "arn")) or _arn_behind(graph, target.address, region)
    text = written(graph, value) or ""
    if "alias/" in text:
        return None, _arn_behind(graph, f"the key of {text.rpartition(':')[2]}", region, text)
    return None, text if ":key/" in text else _arn_behind(graph, f"key {text}" if text else "a key", region)


def managed_alias(graph: Graph, value: Value) -> str:
    """The alias of a key that AWS manages, where an argument means one, by name or looked up; empty for any other key."""
    target = graph.target(value)
    named = target.attributes.get("name") if target is not None and target.type == "aws_kms_alias" else value
    text = written(graph, named) or ""
    return text if "alias/aws/" in text else ""


def _alias(graph: Graph, text: str) -> Resource | None:
    name = text[text.index("alias/") :]
    return next(
        (each for each in graph.of_type("aws_kms_alias") if graph.resolved(each.attributes.get("name")) == name), None
    )


def _arn_behind(graph: Graph, name: str, region: str, alias: str = "") -> str:
    """An alias is no key: a statement that names the alias' ARN grants nothing.

    https://docs.aws.amazon.com/kms/latest/developerguide/alias-authorization.html (2026-11-28)
    """
    start = alias.rpartition(":")[0] if alias.startswith("arn:") else f"arn:{partition_of(graph)}:kms:{region}:«owner»"
    return f"{start}:key/«{name}»"


def decide_on_key(request: Request, identity: tuple[Statement, ...], key: Resource | None, graph: Graph) -> Decision:
    """Decide about a key: by its policy, and by IAM policies where it lets the account decide."""
    if key is None:
        # Nobody can see the policy of a key that another stack made; what no IAM policy allows, it hardly will.
        return decide(request, identity)
    policy = policy_of(graph, key)
    if policy is None:
        found = decide(request, identity)
        return Decision(None if found.allowed else found.allowed, found.statement)
    if not policy:
        return decide(request, identity)  # the default policy lets the account decide
    account = request.principal.split(":role/")[0] + ":root"
    delegated = decide(request._replace(principal=account), (), policy).allowed
    found = decide(request, identity, policy) if delegated is not False else decide(request, (), policy)
    return Decision(None, found.statement) if delegated is None and found.allowed else found
