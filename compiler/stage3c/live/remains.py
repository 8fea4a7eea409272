"""What cleanup passes over: what is deleted already and still carries its tags, and what a database that stays stands on.

AWS lists what is inactive, or waits for the end of its recovery, for hours or for ever.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from stage3c.live.account import Account, Json, Unanswered, asked, found
from stage3c.live.deletions import Parts

_DELETED: Final = frozenset({"INACTIVE", "DELETE_IN_PROGRESS", "deleted", "deleting"})


def is_gone(client: Json, kind: str, parts: Parts) -> bool:
    """Whether something is listed and no more; where that cannot be asked it is taken for what it is listed as."""
    ask = _STATES.get(kind)
    try:
        states = asked(lambda: list(ask(client, parts))) if ask else [""]
    except Unanswered:
        return False
    return all(state in _DELETED for state in states)


def held(account: Account, databases: Iterable[str]) -> dict[tuple[str, str], str]:
    """What these databases stand on, by kind and id, each with why it stays."""
    return {thing: f"database {name} stays, and stands on it" for name in databases for thing in _under(account, name)}


def _under(account: Account, name: str) -> Iterator[tuple[str, str]]:
    client = account.client("rds")
    try:
        told = asked(
            lambda: found(lambda: client.describe_db_instances(DBInstanceIdentifier=name), "DBInstanceNotFound")
        )
    except Unanswered:
        return  # AWS then refuses to delete what it stands on
    for each in (told or {}).get("DBInstances", []):
        group = each.get("DBSubnetGroup") or {}
        yield "aws_db_subnet_group", group.get("DBSubnetGroupName", "")
        yield "aws_vpc", group.get("VpcId", "")
        yield from (("aws_subnet", subnet["SubnetIdentifier"]) for subnet in group.get("Subnets", []))
        yield from (("aws_security_group", each["VpcSecurityGroupId"]) for each in each.get("VpcSecurityGroups", []))
        yield from (
            ("aws_db_parameter_group", each["DBParameterGroupName"]) for each in each.get("DBParameterGroups", [])
        )
        logs = each.get("EnabledCloudwatchLogsExports", [])
        yield from (("aws_cloudwatch_log_group", f"/aws/rds/instance/{name}/{kind}") for kind in logs)


def _services(client: Json, parts: Parts) -> Iterator[str]:
    asked_for = {"cluster": parts["cluster"], "services": [parts["id"]]}
    told = found(lambda: client.describe_services(**asked_for), "ClusterNotFoundException") or {}
    yield from (each["status"] for each in told.get("services", []))


def _clusters(client: Json, parts: Parts) -> Iterator[str]:
    yield from (each["status"] for each in client.describe_clusters(clusters=[parts["id"]])["clusters"])


def _task_definitions(client: Json, parts: Parts) -> Iterator[str]:
    yield client.describe_task_definition(taskDefinition=parts["id"])["taskDefinition"]["status"]


def _secrets(client: Json, parts: Parts) -> Iterator[str]:
    told = found(lambda: client.describe_secret(SecretId=parts["id"]), "ResourceNotFoundException")
    if told:
        yield "deleting" if told.get("DeletedDate") else ""


def _nat_gateways(client: Json, parts: Parts) -> Iterator[str]:
    told = found(lambda: client.describe_nat_gateways(NatGatewayIds=[parts["id"]]), "NatGatewayNotFound") or {}
    yield from (each["State"] for each in told.get("NatGateways", []))


def _endpoints(client: Json, parts: Parts) -> Iterator[str]:
    asked_for = {"VpcEndpointIds": [parts["id"]]}
    told = found(lambda: client.describe_vpc_endpoints(**asked_for), "InvalidVpcEndpointId.NotFound") or {}
    yield from (each["State"].lower() for each in told.get("VpcEndpoints", []))


_STATES: Final[dict[str, Callable[[Json, Parts], Iterator[str]]]] = {
    "aws_ecs_cluster": _clusters,
    "aws_ecs_service": _services,
    "aws_ecs_task_definition": _task_definitions,
    "aws_nat_gateway": _nat_gateways,
    "aws_secretsmanager_secret": _secrets,
    "aws_vpc_endpoint": _endpoints,
}
