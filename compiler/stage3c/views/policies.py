"""Every policy that stands in a graph, with the resource that it stands in."""

from collections.abc import Iterator
from typing import Final

from stage3c.graph import Graph, Ref, Resource, blocks
from stage3c.views.statements import Statement, statements_in, statements_of

_OF_IDENTITIES: Final = (
    ("aws_iam_role_policy", "policy"),
    ("aws_iam_policy", "policy"),
    ("aws_iam_user_policy", "policy"),
    ("aws_iam_group_policy", "policy"),
)
OF_RESOURCES: Final = (
    ("aws_iam_role", "assume_role_policy"),
    ("aws_s3_bucket_policy", "policy"),
    ("aws_s3_bucket", "policy"),
    ("aws_sns_topic", "policy"),
    ("aws_sqs_queue", "policy"),
    ("aws_secretsmanager_secret", "policy"),
    ("aws_sns_topic_policy", "policy"),
    ("aws_sqs_queue_policy", "policy"),
    ("aws_ecr_repository_policy", "policy"),
    ("aws_secretsmanager_secret_policy", "policy"),
    ("aws_kms_key", "policy"),
    ("aws_kms_key_policy", "policy"),
)
"""Types with the argument whose policy names principals."""


def policies_of(graph: Graph) -> list[tuple[Resource, tuple[Statement, ...]]]:
    """The known policies of a graph; computed once a graph."""
    return graph.derived(_policies)


def _policies(graph: Graph) -> list[tuple[Resource, tuple[Statement, ...]]]:
    return list(_found(graph))


def _found(graph: Graph) -> Iterator[tuple[Resource, tuple[Statement, ...]]]:
    for kind, argument in (*_OF_IDENTITIES, *OF_RESOURCES):
        for resource in graph.of_type(kind):
            value = resource.attributes.get(argument)
            # A document of its own may serve several policies: it is judged where it stands, not where it is used.
            document = graph.target(value) if isinstance(value, Ref) else None
            known = value is not None and document is None
            statements = statements_in(graph, resource, argument) if known else None
            if statements is not None:
                yield resource, statements
    for role in graph.of_type("aws_iam_role"):
        for inline in blocks(role.attributes.get("inline_policy")):
            statements = statements_of(graph, inline.get("policy"), role.address)
            if statements is not None:
                yield role, statements
    for data in graph.resources.values():
        if data.mode == "data" and data.type == "aws_iam_policy_document":
            statements = statements_of(graph, Ref(data.address, "json"), data.address)
            if statements is not None:
                yield data, statements
