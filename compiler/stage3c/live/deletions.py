"""How what is left over is deleted: one entry for each kind, in the order in which AWS lets them go.

The commands are those of the AWS CLI, and the same texts are carried out by `Account.perform`; waiting is part of them.
Order and commands: the CLI's reference (https://docs.aws.amazon.com/cli/latest/reference/, 2026-11-24).
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from stage3c.live.account import Json, found

Parts = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Deletion:
    """One kind of thing. `arn` and `identity` are patterns whose groups the commands name.

    `before` says what must be done first, to all of this kind before any is deleted; `keeps` why it is not deleted.
    """

    kind: str
    arn: str
    identity: str
    commands: tuple[str, ...] = ()
    before: Callable[[Json, Parts], Iterator[str]] | None = None
    keeps: Callable[[Json, Parts], str] | None = None
    service: str = "ec2"

    def parts_of_arn(self, arn: str) -> Parts | None:
        """What an ARN says of one, or None where it is of another kind."""
        found_parts = re.fullmatch(rf"arn:[^:]+:{self.arn}", arn) if self.arn else None
        return found_parts.groupdict() if found_parts else None

    def parts_of_identity(self, identity: str) -> Parts | None:
        """The same of the id by which Terraform imports it."""
        found_parts = re.fullmatch(self.identity, identity)
        return found_parts.groupdict() if found_parts else None


def _revocations(client: Json, parts: Parts) -> Iterator[str]:
    """Groups that name each other in their rules cannot be deleted."""
    where = [{"Name": "group-id", "Values": [parts["id"]]}]
    for rule in client.describe_security_group_rules(Filters=where)["SecurityGroupRules"]:
        side = "egress" if rule["IsEgress"] else "ingress"
        which = f"--group-id {parts['id']} --security-group-rule-ids {rule['SecurityGroupRuleId']}"
        yield f"ec2 revoke-security-group-{side} {which}"


def _detachment(client: Json, parts: Parts) -> Iterator[str]:
    told = client.describe_internet_gateways(InternetGatewayIds=[parts["id"]])["InternetGateways"]
    for attachment in (each for gateway in told for each in gateway["Attachments"]):
        yield f"ec2 detach-internet-gateway --internet-gateway-id {parts['id']} --vpc-id {attachment['VpcId']}"


def _disassociations(client: Json, parts: Parts) -> Iterator[str]:
    told = client.describe_route_tables(RouteTableIds=[parts["id"]])["RouteTables"]
    for association in (each for table in told for each in table["Associations"] if not each.get("Main")):
        yield f"ec2 disassociate-route-table --association-id {association['RouteTableAssociationId']}"


def _role_policies(client: Json, parts: Parts) -> Iterator[str]:
    for name in client.list_role_policies(RoleName=parts["id"])["PolicyNames"]:
        yield f"iam delete-role-policy --role-name {parts['id']} --policy-name {name}"


def _database_stays(_client: Json, _parts: Parts) -> str:
    return "a database is never deleted from here: take a last snapshot, and delete it yourself"


def _bucket_stays(client: Json, parts: Parts) -> str:
    """Old versions are data too; delete markers are none, but AWS deletes no bucket that has some."""
    marked = False
    for page in client.get_paginator("list_object_versions").paginate(Bucket=parts["id"]):
        if page.get("Versions"):
            return "it holds data: empty it yourself, if nobody needs that"
        marked = marked or bool(page.get("DeleteMarkers"))
    return "it holds delete markers of what was deleted: remove them yourself, then it can go" if marked else ""


def _balancer_stays(client: Json, parts: Parts) -> str:
    told = client.describe_load_balancer_attributes(LoadBalancerArn=parts["id"])["Attributes"]
    is_protected = {"Key": "deletion_protection.enabled", "Value": "true"} in told
    return "it is protected from deletion: switch that off yourself, if nobody needs it" if is_protected else ""


def _repository_stays(client: Json, parts: Parts) -> str:
    listed = found(lambda: client.list_images(repositoryName=parts["id"]), "RepositoryNotFoundException") or {}
    return "it holds images: delete them yourself, if nobody runs them" if listed.get("imageIds") else ""


_ANY: Final = r"(?P<id>.+)"


def _ec2(
    kind: str, thing: str, *commands: str, before: Callable[[Json, Parts], Iterator[str]] | None = None
) -> Deletion:
    return Deletion(kind, rf"ec2:[^:]*:[^:]*:{thing}/{_ANY}", _ANY, commands, before)


def _elb(kind: str, thing: str, *commands: str, keeps: Callable[[Json, Parts], str] | None = None) -> Deletion:
    arn = rf"elasticloadbalancing:[^:]*:[^:]*:{thing}/.+"
    return Deletion(kind, f"{arn}(?P<id>)", r"(?P<id>arn:.+)", commands, keeps=keeps, service="elbv2")


DELETIONS: Final = (
    Deletion(
        "aws_appautoscaling_target",
        "",
        r"(?P<namespace>\w+)/(?P<id>service/.+)/(?P<dimension>[^/]+)",
        (
            "application-autoscaling deregister-scalable-target --service-namespace {namespace} --resource-id {id} "
            "--scalable-dimension {dimension}",
        ),
    ),
    Deletion(
        "aws_ecs_service",
        r"ecs:[^:]*:[^:]*:service/(?P<cluster>[^/]+)/(?P<id>.+)",
        r"(?P<cluster>[^/]+)/(?P<id>.+)",
        (
            "ecs delete-service --cluster {cluster} --service {id} --force",
            "ecs wait services-inactive --cluster {cluster} --services {id}",
        ),
        service="ecs",
    ),
    Deletion(
        "aws_ecs_task_definition",
        r"ecs:[^:]*:[^:]*:task-definition/(?P<id>.+)",
        r"arn:[^:]+:ecs:[^:]*:[^:]*:task-definition/(?P<id>.+)",
        ("ecs deregister-task-definition --task-definition {id}",),
        service="ecs",
    ),
    _elb("aws_lb_listener_rule", "listener-rule", "elbv2 delete-rule --rule-arn {id}"),
    _elb("aws_lb_listener", "listener", "elbv2 delete-listener --listener-arn {id}"),
    _elb(
        "aws_lb",
        "loadbalancer",
        "elbv2 delete-load-balancer --load-balancer-arn {id}",
        "elbv2 wait load-balancers-deleted --load-balancer-arns {id}",
        keeps=_balancer_stays,
    ),
    _elb("aws_lb_target_group", "targetgroup", "elbv2 delete-target-group --target-group-arn {id}"),
    Deletion(
        "aws_ecs_cluster",
        rf"ecs:[^:]*:[^:]*:cluster/{_ANY}",
        r"(?P<id>[^/]+)",
        ("ecs delete-cluster --cluster {id}",),
        service="ecs",
    ),
    Deletion(
        "aws_cloudwatch_metric_alarm",
        rf"cloudwatch:[^:]*:[^:]*:alarm:{_ANY}",
        _ANY,
        ("cloudwatch delete-alarms --alarm-names {id}",),
    ),
    Deletion("aws_cloudwatch_dashboard", "", _ANY, ("cloudwatch delete-dashboards --dashboard-names {id}",)),
    Deletion(
        "aws_budgets_budget",
        r"budgets::(?P<account>\d+):budget/(?P<id>.+)",
        r"(?P<account>\d+):(?P<id>.+)",
        ("budgets delete-budget --account-id {account} --budget-name {id}",),
    ),
    Deletion(
        "aws_sns_topic", r"sns:[^:]*:[^:]*:[^:]+(?P<id>)", r"(?P<id>arn:.+)", ("sns delete-topic --topic-arn {id}",)
    ),
    Deletion(
        "aws_acm_certificate",
        r"acm:[^:]*:[^:]*:certificate/.+(?P<id>)",
        r"(?P<id>arn:.+)",
        ("acm delete-certificate --certificate-arn {id}",),
    ),
    _ec2("aws_flow_log", "vpc-flow-log", "ec2 delete-flow-logs --flow-log-ids {id}"),
    Deletion(
        "aws_cloudwatch_log_group",
        r"logs:[^:]*:[^:]*:log-group:(?P<id>[^:]+)(:\*)?",
        _ANY,
        ("logs delete-log-group --log-group-name {id}",),
    ),
    Deletion("aws_db_instance", rf"rds:[^:]*:[^:]*:db:{_ANY}", _ANY, keeps=_database_stays, service="rds"),
    _ec2("aws_vpc_endpoint", "vpc-endpoint", "ec2 delete-vpc-endpoints --vpc-endpoint-ids {id}"),
    _ec2(
        "aws_nat_gateway",
        "natgateway",
        "ec2 delete-nat-gateway --nat-gateway-id {id}",
        "ec2 wait nat-gateway-deleted --nat-gateway-ids {id}",
    ),
    _ec2("aws_eip", "elastic-ip", "ec2 release-address --allocation-id {id}"),
    _ec2("aws_security_group", "security-group", "ec2 delete-security-group --group-id {id}", before=_revocations),
    Deletion(
        "aws_db_subnet_group",
        rf"rds:[^:]*:[^:]*:subgrp:{_ANY}",
        _ANY,
        ("rds delete-db-subnet-group --db-subnet-group-name {id}",),
    ),
    Deletion(
        "aws_db_parameter_group",
        rf"rds:[^:]*:[^:]*:pg:{_ANY}",
        _ANY,
        ("rds delete-db-parameter-group --db-parameter-group-name {id}",),
    ),
    _ec2("aws_route_table", "route-table", "ec2 delete-route-table --route-table-id {id}", before=_disassociations),
    _ec2("aws_subnet", "subnet", "ec2 delete-subnet --subnet-id {id}"),
    _ec2(
        "aws_internet_gateway",
        "internet-gateway",
        "ec2 delete-internet-gateway --internet-gateway-id {id}",
        before=_detachment,
    ),
    _ec2("aws_vpc", "vpc", "ec2 delete-vpc --vpc-id {id}"),
    Deletion(
        "aws_ecr_repository",
        rf"ecr:[^:]*:[^:]*:repository/{_ANY}",
        _ANY,
        ("ecr delete-repository --repository-name {id}",),
        keeps=_repository_stays,
        service="ecr",
    ),
    Deletion(
        "aws_secretsmanager_secret",
        r"secretsmanager:[^:]*:[^:]*:secret:.+(?P<id>)",
        r"(?P<id>arn:.+)",
        ("secretsmanager delete-secret --secret-id {id}",),
        service="secretsmanager",
    ),
    Deletion(
        "aws_s3_bucket",
        rf"s3:::{_ANY}",
        _ANY,
        ("s3api delete-bucket --bucket {id}",),
        keeps=_bucket_stays,
        service="s3",
    ),
    Deletion(
        "aws_iam_role",
        rf"iam::[^:]*:role/{_ANY}",
        _ANY,
        ("iam delete-role --role-name {id}",),
        before=_role_policies,
        service="iam",
    ),
)
