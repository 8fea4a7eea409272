"""What exists in an account under a name that the stack wants: the id by which Terraform imports it, or None.

One entry for each type whose name AWS keeps apart by itself; a new one is found by preflight without another line.
Codes and ids: botocore 1.43 and the provider's documentation of each type, section Import (2026-11-24).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from compiler.graph import Graph
from compiler.live.account import Account, Json, found
from compiler.model.stack import Stack
from compiler.resources.stack import compile_stack


@dataclass(frozen=True, slots=True)
class Finder:
    """How one type is looked for: which argument is its name, whom to ask, and by which codes AWS denies it."""

    argument: str
    service: str
    ask: Callable[[Json, str], str | None]
    missing: tuple[str, ...] = ()


def _first(members: list[Json], attribute: str) -> str | None:
    return str(members[0][attribute]) if members else None


def _log_group(client: Json, name: str) -> str | None:
    groups = client.describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    return name if any(group["logGroupName"] == name for group in groups) else None


def _topic(client: Json, name: str) -> str | None:
    pages = client.get_paginator("list_topics").paginate()
    arns = (str(topic["TopicArn"]) for page in pages for topic in page["Topics"])
    return next((arn for arn in arns if arn.rpartition(":")[2] == name), None)


def _cluster(client: Json, name: str) -> str | None:
    clusters = client.describe_clusters(clusters=[name])["clusters"]
    return name if any(cluster["status"] != "INACTIVE" for cluster in clusters) else None


def _secret(client: Json, name: str) -> str | None:
    secret = client.describe_secret(SecretId=name)
    return None if secret.get("DeletedDate") else str(secret["ARN"])


FINDERS: Final[dict[str, Finder]] = {
    "aws_cloudwatch_log_group": Finder("name", "logs", _log_group),
    "aws_db_instance": Finder(
        "identifier",
        "rds",
        lambda client, name: _first(
            client.describe_db_instances(DBInstanceIdentifier=name)["DBInstances"], "DBInstanceIdentifier"
        ),
        ("DBInstanceNotFound",),
    ),
    "aws_db_parameter_group": Finder(
        "name",
        "rds",
        lambda client, name: _first(
            client.describe_db_parameter_groups(DBParameterGroupName=name)["DBParameterGroups"], "DBParameterGroupName"
        ),
        ("DBParameterGroupNotFound",),
    ),
    "aws_db_subnet_group": Finder(
        "name",
        "rds",
        lambda client, name: _first(
            client.describe_db_subnet_groups(DBSubnetGroupName=name)["DBSubnetGroups"], "DBSubnetGroupName"
        ),
        ("DBSubnetGroupNotFoundFault",),
    ),
    "aws_ecr_repository": Finder(
        "name",
        "ecr",
        lambda client, name: _first(
            client.describe_repositories(repositoryNames=[name])["repositories"], "repositoryName"
        ),
        ("RepositoryNotFoundException",),
    ),
    "aws_ecs_cluster": Finder("name", "ecs", _cluster),
    "aws_iam_role": Finder(
        "name", "iam", lambda client, name: str(client.get_role(RoleName=name)["Role"]["RoleName"]), ("NoSuchEntity",)
    ),
    "aws_lb": Finder(
        "name",
        "elbv2",
        lambda client, name: _first(client.describe_load_balancers(Names=[name])["LoadBalancers"], "LoadBalancerArn"),
        ("LoadBalancerNotFound",),
    ),
    "aws_lb_target_group": Finder(
        "name",
        "elbv2",
        lambda client, name: _first(client.describe_target_groups(Names=[name])["TargetGroups"], "TargetGroupArn"),
        ("TargetGroupNotFound",),
    ),
    "aws_secretsmanager_secret": Finder("name", "secretsmanager", _secret, ("ResourceNotFoundException",)),
    "aws_sns_topic": Finder("name", "sns", _topic),
}


def existing(account: Account, graph: Graph) -> dict[str, str]:
    """The import ids of what exists already, by the address that wants its name."""
    looked = ((address, _find(account, finder, name)) for address, finder, name in wanted(graph))
    return {address: identity for address, identity in looked if identity is not None}


def wanted(graph: Graph) -> Iterator[tuple[str, Finder, str]]:
    """The managed resources that have a finder and a name that is known before apply."""
    for resource in graph.resources.values():
        finder = FINDERS.get(resource.type) if resource.mode == "resource" else None
        name = resource.attributes.get(finder.argument) if finder else None
        if finder and isinstance(name, str):
            yield resource.address, finder, name


def names_of(stack: Stack, kind: str) -> dict[str, str]:
    """The names that a stack gives to its resources of a type, by the key of the spec."""
    graph = compile_stack(stack)
    rows = ((graph.resources[address], name) for address, _, name in wanted(graph))
    return {resource.name: name for resource, name in rows if resource.type == kind}


def _find(account: Account, finder: Finder, name: str) -> str | None:
    client = account.client(finder.service)
    identity: str | None = found(lambda: finder.ask(client, name), *finder.missing)
    return identity
