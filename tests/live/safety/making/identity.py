"""Roles, secrets, certificates and records."""

from typing import Any

from tests.live.safety.account import World
from tests.live.safety.making.network import pairs


def _more(tags: dict[str, str]) -> dict[str, Any]:
    return {"Tags": pairs(tags)} if tags else {}


def _role(world: World, given: dict[str, Any], tags: dict[str, str]) -> dict[str, Any]:
    made = world.client("iam").create_role(
        RoleName=given["name"],
        AssumeRolePolicyDocument=given["assume_role_policy"],
        Description=given.get("description", ""),
        **_more(tags),
    )["Role"]
    return {"id": given["name"], "arn": made["Arn"]}


def _role_policy(world: World, given: dict[str, Any], _tags: dict[str, str]) -> dict[str, Any]:
    asked = {"RoleName": given["role"], "PolicyName": given["name"], "PolicyDocument": given["policy"]}
    world.client("iam").put_role_policy(**asked)
    return {"id": f"{given['role']}:{given['name']}"}


def _secret(world: World, given: dict[str, Any], tags: dict[str, str]) -> dict[str, Any]:
    asked = {"Name": given["name"], "Description": given["description"]}
    arn = world.client("secretsmanager").create_secret(**asked, **_more(tags))["ARN"]
    return {"id": arn, "arn": arn}


def _secret_version(world: World, given: dict[str, Any], _tags: dict[str, str]) -> dict[str, Any]:
    asked = {"SecretId": given["secret_id"], "SecretString": given["secret_string_wo"]}
    made = world.client("secretsmanager").put_secret_value(**asked)
    told = {"arn": made["ARN"], "version_id": made["VersionId"]}
    return {"id": f"{given['secret_id']}|{made['VersionId']}", **told}


def _certificate(world: World, given: dict[str, Any], tags: dict[str, str]) -> dict[str, Any]:
    acm = world.client("acm")
    arn = acm.request_certificate(
        DomainName=given["domain_name"],
        SubjectAlternativeNames=given["subject_alternative_names"],
        ValidationMethod=given["validation_method"],
        **_more(tags),
    )["CertificateArn"]
    told = acm.describe_certificate(CertificateArn=arn)["Certificate"]["DomainValidationOptions"]
    options = [
        {
            "domain_name": each["DomainName"],
            "resource_record_name": each["ResourceRecord"]["Name"],
            "resource_record_type": each["ResourceRecord"]["Type"],
            "resource_record_value": each["ResourceRecord"]["Value"],
        }
        for each in told
    ]
    return {"id": arn, "arn": arn, "domain_validation_options": options}


def _validation(_world: World, _given: dict[str, Any], _tags: dict[str, str]) -> dict[str, Any]:
    return {"id": "2026-11-28 00:00:00 +0000 UTC"}


def _record(world: World, given: dict[str, Any], _tags: dict[str, str]) -> dict[str, Any]:
    if "alias" in given:
        alias = given["alias"][0]
        told = {"HostedZoneId": alias["zone_id"], "DNSName": alias["name"], "EvaluateTargetHealth": True}
        content: dict[str, Any] = {"AliasTarget": told}
    else:
        content = {"TTL": given["ttl"], "ResourceRecords": [{"Value": value} for value in given["records"]]}
    record = {"Name": given["name"], "Type": given["type"], **content}
    world.client("route53").change_resource_record_sets(
        HostedZoneId=given["zone_id"], ChangeBatch={"Changes": [{"Action": "UPSERT", "ResourceRecordSet": record}]}
    )
    name = given["name"].rstrip(".")
    return {"id": f"{given['zone_id']}_{given['name']}_{given['type']}", "fqdn": name, "name": name}


MAKERS = {
    "aws_acm_certificate": _certificate,
    "aws_acm_certificate_validation": _validation,
    "aws_iam_role": _role,
    "aws_iam_role_policy": _role_policy,
    "aws_route53_record": _record,
    "aws_secretsmanager_secret": _secret,
    "aws_secretsmanager_secret_version": _secret_version,
}
