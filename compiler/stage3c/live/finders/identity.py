"""Roles and their policies, secrets, and who is asking."""

from collections.abc import Iterator
from typing import Final

from stage3c.live.account import Json
from stage3c.live.finding import Finder, Known, Match


def _caller(client: Json, _known: Known) -> Iterator[Match]:
    account = client.get_caller_identity()["Account"]
    yield Match(account, {"account_id": account})


def _role(client: Json, known: Known) -> Iterator[Match]:
    role = client.get_role(RoleName=known["name"])["Role"]
    yield Match(role["RoleName"], {"arn": role["Arn"], "name": role["RoleName"]})


def _role_policy(client: Json, known: Known) -> Iterator[Match]:
    found = client.get_role_policy(RoleName=known["role"], PolicyName=known["name"])
    yield Match(f"{found['RoleName']}:{found['PolicyName']}", by="attachment")


def _secret(client: Json, known: Known) -> Iterator[Match]:
    secret = client.describe_secret(SecretId=known["name"])
    if not secret.get("DeletedDate"):
        yield Match(secret["ARN"], {"arn": secret["ARN"]})


def _secret_version(client: Json, known: Known) -> Iterator[Match]:
    """The version in force, by its id; its value is never asked for."""
    versions = client.describe_secret(SecretId=known["secret_id"]).get("VersionIdsToStages") or {}
    for version, stages in versions.items():
        if "AWSCURRENT" in stages:
            yield Match(f"{known['secret_id']}|{version}", by="attachment")


FINDERS: Final = {
    "aws_caller_identity": Finder("sts", _caller),
    "aws_iam_role": Finder("iam", _role, ("NoSuchEntity",), "name"),
    "aws_iam_role_policy": Finder("iam", _role_policy, ("NoSuchEntity",)),
    "aws_secretsmanager_secret": Finder("secretsmanager", _secret, ("ResourceNotFoundException",), "name"),
    "aws_secretsmanager_secret_version": Finder("secretsmanager", _secret_version, ("ResourceNotFoundException",)),
}
