"""What IAM, Secrets Manager, ACM and Route 53 have. Values of secrets are compared, and told nowhere."""

import hashlib
from typing import Any

from botocore.exceptions import ClientError

from tests.live.safety.account import World
from tests.live.safety.listing.network import Listed


def everything(world: World) -> Listed:
    """Roles with their policies and profiles, secrets with their versions, certificates, zones with their records."""
    yield from _roles(world.client("iam"))
    yield from _secrets(world.client("secretsmanager"))
    acm = world.client("acm")
    for each in acm.list_certificates()["CertificateSummaryList"]:
        arn = each["CertificateArn"]
        told = acm.describe_certificate(CertificateArn=arn)["Certificate"]
        tags = acm.list_tags_for_certificate(CertificateArn=arn)["Tags"]
        yield "aws_acm_certificate", arn, (told["DomainName"], told.get("SubjectAlternativeNames"), tags)
    yield from _zones(world.client("route53"))


def _roles(iam: Any) -> Listed:
    for role in iam.list_roles()["Roles"]:
        name = role["RoleName"]
        attached = iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
        profiles = [each["Arn"] for each in iam.list_instance_profiles_for_role(RoleName=name)["InstanceProfiles"]]
        tags = iam.list_role_tags(RoleName=name)["Tags"]
        yield "aws_iam_role", name, (role["AssumeRolePolicyDocument"], attached, profiles, tags)
        for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]:
            told = iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]
            yield "aws_iam_role_policy", f"{name}:{policy}", told


def _secrets(client: Any) -> Listed:
    for secret in client.list_secrets(IncludePlannedDeletion=True)["SecretList"]:
        if secret.get("DeletedDate"):
            continue
        arn, versions = secret["ARN"], {}
        for version, stages in client.describe_secret(SecretId=arn).get("VersionIdsToStages", {}).items():
            versions[version] = (stages, _value(client, arn, version))
            yield "aws_secretsmanager_secret_version", f"{arn}|{version}", stages
        yield "aws_secretsmanager_secret", arn, (secret["Name"], secret.get("Tags"), versions)


def _value(client: Any, arn: str, version: str) -> str:
    try:
        told = client.get_secret_value(SecretId=arn, VersionId=version)
    except ClientError:
        return ""
    return hashlib.sha256(str(told.get("SecretString")).encode()).hexdigest()


def _zones(route53: Any) -> Listed:
    for zone in route53.list_hosted_zones()["HostedZones"]:
        identity = zone["Id"].rpartition("/")[2]
        yield "aws_route53_zone", identity, zone["Name"]
        for record in route53.list_resource_record_sets(HostedZoneId=identity)["ResourceRecordSets"]:
            content = {name: value for name, value in record.items() if name not in ("Name", "Type")}
            yield "aws_route53_record", f"{identity}_{record['Name'].rstrip('.')}_{record['Type']}", content
