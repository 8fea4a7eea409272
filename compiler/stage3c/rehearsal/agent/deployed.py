"""The deployed services as the emulated account describes them, each with what its tasks would be started with."""

import urllib.parse
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from stage3c.aws.kinds.kind import Refused
from stage3c.graph import Graph, Json
from stage3c.live.account import Account
from stage3c.rehearsal.agent.secret_references import Reference
from stage3c.rehearsal.agent.start import Surroundings
from stage3c.views.statements import Statement, managed, statements_of


class Deployed(Struct, frozen=True):
    """One service, with the family and the containers of the task definition that it runs."""

    name: str
    family: str
    containers: tuple[Mapping[str, Any], ...]
    around: Surroundings
    service: Mapping[str, Any]
    definition: Mapping[str, Any]
    """Both as ECS describes them."""

    @property
    def network(self) -> Mapping[str, Any]:
        """Its subnets and security groups."""
        found: Mapping[str, Any] = (self.service.get("networkConfiguration") or {}).get("awsvpcConfiguration") or {}
        return found

    @property
    def ports(self) -> list[int]:
        """The ports that its containers declare."""
        return [int(each["containerPort"]) for one in self.containers for each in one.get("portMappings") or ()]


def deployed(account: Account) -> Iterator[Deployed]:
    """Every service of every cluster."""
    for told in described(account):
        yield of_service(account, told)


def described(account: Account) -> Iterator[Mapping[str, Any]]:
    """Every service of every cluster, as ECS describes it."""
    for cluster in account.all("ecs.list_clusters", "clusterArns"):
        for service in account.all("ecs.list_services", "serviceArns", cluster=cluster):
            (told,) = account.ask("ecs.describe_services", cluster=cluster, services=[service])["services"]
            yield told


def of_service(account: Account, service: Mapping[str, Any], definition: str = "") -> Deployed:
    """A service as ECS describes it, with the task definition that it runs or another one."""
    arn = definition or service["taskDefinition"]
    told = account.ask("ecs.describe_task_definition", taskDefinition=arn)["taskDefinition"]
    role = str(told.get("executionRoleArn", "")).rpartition("/")[2]

    def has_log_group(group: str) -> bool:
        found = account.all("logs.describe_log_groups", "logGroups", logGroupNamePrefix=group)
        return any(each["logGroupName"] == group for each in found)

    around = Surroundings(
        role=role,
        statements=tuple(_statements(account, role)) if role else (),
        partition=account.partition,
        account=account.account,
        secret=lambda reference: _value(account, reference),
        has_log_group=has_log_group,
    )
    containers = tuple(told["containerDefinitions"])
    return Deployed(service["serviceName"], str(told["family"]), containers, around, service, told)


def _statements(account: Account, role: str) -> Iterator[Statement]:
    """Of inline and attached policies; AWS's own are taken from what the compiler knows of them."""
    for name in account.all("iam.list_role_policies", "PolicyNames", RoleName=role):
        yield from _read(account.ask("iam.get_role_policy", RoleName=role, PolicyName=name)["PolicyDocument"], name)
    for policy in account.all("iam.list_attached_role_policies", "AttachedPolicies", RoleName=role):
        arn = policy["PolicyArn"]
        known = managed(arn)
        yield from known if known is not None else _read(_text(account, arn), arn)


def _text(account: Account, arn: str) -> Any:  # noqa: ANN401 - see `_read`
    version = account.ask("iam.get_policy", PolicyArn=arn)["Policy"]["DefaultVersionId"]
    return account.ask("iam.get_policy_version", PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]


def _read(policy: Any, name: str) -> tuple[Statement, ...]:  # noqa: ANN401 - boto3 decodes some documents and not others
    whole = Json(policy) if isinstance(policy, Mapping) else urllib.parse.unquote(str(policy))
    found = statements_of(Graph({}), whole, name)
    assert found is not None, f"policy {name} cannot be read"
    return found


def _value(account: Account, reference: Reference) -> str | None:
    more = {"VersionStage": reference.stage} if reference.stage else {}
    more |= {"VersionId": reference.version} if reference.version else {}
    try:
        told = account.ask("secretsmanager.get_secret_value", SecretId=reference.arn, **more)
    except Refused:
        return None
    return str(told["SecretString"]) if "SecretString" in told else None
