"""What the caller may do: hand-written policies in an emulated account, and answers of the simulator in every shape."""

import json
import shlex
from pathlib import Path
from typing import Any

import pytest
from stage3c.live.checks import permissions

from tests.live.looking import Looking

pytestmark = pytest.mark.slow
DEPLOYER = "arn:aws:iam::123456789012:user/deployer"


def test_a_caller_who_may_do_everything_but_one_thing_is_told_of_it(account: Looking, spec: Path) -> None:
    account.make_clean()
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    late = {"Effect": "Deny", "Action": "ecs:ListServiceDeployments", "Resource": "*"}
    later = {"Effect": "Deny", "Action": "rds:DeleteDBInstance", "Resource": "*"}
    told = [row for row in account.rows_as(spec, account.user(everything, late, later)) if row["id"] == "PRE110"]
    assert [(row["outcome"], row["cause"]) for row in told] == [
        (
            "error",
            f"{DEPLOYER} may not do ecs:ListServiceDeployments: a policy denies it.",
        ),
        (
            "warning",
            f"{DEPLOYER} may not do rds:DeleteDBInstance, which later changes need: a policy denies it.",
        ),
    ]
    (statement,) = json.loads(told[0]["fix"].partition(": ")[2])
    assert statement["Action"] == ["ecs:ListServiceDeployments"]
    service = "arn:aws:ecs:us-east-1:123456789012:service/agentic-aws-stage3v3/agentic-aws-stage3v3"
    assert statement["Resource"] == [f"{service}-fastapi", f"{service}-nodejs"]


def test_the_fixes_are_commands_and_all_that_a_caller_needs(account: Looking, spec: Path) -> None:
    account.make_clean()
    credentials = account.user({"Effect": "Allow", "Action": "sts:GetCallerIdentity", "Resource": "*"})
    told = [row for row in account.rows_as(spec, credentials) if row["id"] == "PRE110"]
    assert {row["outcome"] for row in told} == {"error", "warning"}
    granted: list[dict[str, Any]] = []
    for row in told:
        words = shlex.split(row["fix"])
        assert words[:4] == ["aws", "iam", "put-user-policy", "--user-name"]
        arguments = {"UserName": words[4], "PolicyName": words[6], "PolicyDocument": words[8]}
        account.aws.client("iam").put_user_policy(**arguments)
        granted += json.loads(words[8])["Statement"]
    assert [row["outcome"] for row in account.rows_as(spec, credentials) if row["id"] == "PRE110"] == ["ok"]
    for statement in granted:  # nothing wider than it must be
        assert "*" not in statement["Resource"] or statement["Resource"] == ["*"]
        assert "*" not in statement["Action"]
    secrets = [each for each in granted if "secretsmanager:GetSecretValue" in each["Action"]]
    assert all(each["Resource"] != ["*"] for each in secrets)


@pytest.mark.parametrize("forgotten", ["logs:*", "iam:PassRole", "route53:*", "rds:*", "s3:*", "dynamodb:*"])
def test_policies_as_people_write_them(account: Looking, spec: Path, forgotten: str) -> None:
    account.make_clean()
    zone = account.aws.client("route53").list_hosted_zones()["HostedZones"][0]["Id"].rpartition("/")[2]
    statements = {
        "describe": (["ec2:Describe*", "elasticloadbalancing:Describe*", "ecs:Describe*", "logs:Describe*"], ["*"]),
        "ec2:*": (["ec2:*"], ["arn:aws:ec2:us-east-1:123456789012:*"]),
        "logs:*": (["logs:*"], [f"arn:aws:logs:*:*:log-group:/{kind}/*" for kind in ("ecs", "aws/rds")]),
        "iam:PassRole": (["iam:PassRole"], ["arn:aws:iam::123456789012:role/agentic-aws-*"]),
        "iam": (["iam:*Role*", "iam:*InstanceProfiles*"], ["arn:aws:iam::*:role/agentic-aws-*"]),
        "route53:*": (["route53:*"], [f"arn:aws:route53:::hostedzone/{zone}", "arn:aws:route53:::change/*"]),
        "route53:List": (["route53:ListHostedZones*"], ["*"]),
        "rds:*": (["rds:*"], [f"arn:aws:rds:*:*:{kind}:agentic-aws-*" for kind in ("db", "pg", "subgrp")]),
        "secrets": (
            ["secretsmanager:*"],
            [f"arn:aws:secretsmanager:*:*:secret:{name}-*" for name in ("rds!db", "shared/mail")],
        ),
        "s3:*": (["s3:*"], ["arn:aws:s3:::agentic-aws-*"]),
        "dynamodb:*": (["dynamodb:*"], ["arn:aws:dynamodb:*:*:table/agentic-aws-*"]),
        "rest": (["acm:*", "application-autoscaling:*", "budgets:*", "cloudwatch:*", "ecr:*", "ecs:*", "sns:*"], ["*"]),
        "elb": (["elasticloadbalancing:*"], ["*"]),
    }
    allowed = [
        {"Effect": "Allow", "Action": actions, "Resource": resources}
        for name, (actions, resources) in statements.items()
        if name != forgotten and not (forgotten == "iam:PassRole" and name == "iam")
    ]
    if forgotten == "iam:PassRole":
        actions = ["iam:CreateRole", "iam:*RolePolic*", "iam:GetRole", "iam:TagRole", "iam:ListAttached*"]
        allowed.append({"Effect": "Allow", "Action": actions, "Resource": "*"})
    causes = [
        row["cause"]
        for row in account.rows_as(spec, account.user(*allowed))
        if row["id"] == "PRE110" and row["outcome"] == "error"
    ]
    assert causes
    service = forgotten.partition(":")[0]
    assert all(f"may not do {service}:" in cause for cause in causes), causes


def test_a_secret_that_the_caller_may_not_open_costs_its_keys_alone(account: Looking, spec: Path) -> None:
    account.make_clean()
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    closed = {"Effect": "Deny", "Action": "secretsmanager:GetSecretValue", "Resource": "*"}
    credentials = account.user(everything, closed)
    account.aws.enforce(yes=True)
    try:
        told = [row for row in account.rows_as(spec, credentials) if row["id"] == "PRE106"]
    finally:
        account.aws.enforce(yes=False)
    assert [(row["outcome"], row["cause"]) for row in told] == [
        ("unknown", "which keys secret shared/mail has is not known: the caller may not open it.")
    ]


def result(decision: str, **more: Any) -> dict[str, Any]:
    return {"EvalActionName": "ec2:CreateVpc", "EvalResourceName": "*", "EvalDecision": decision, **more}


@pytest.mark.parametrize(
    ("told", "judged"),
    [
        (result("allowed"), []),
        (result("implicitDeny"), [("denied", "a", "implicitDeny"), ("denied", "b", "implicitDeny")]),
        (
            result(
                "implicitDeny",
                ResourceSpecificResults=[
                    {"EvalResourceName": "a", "EvalResourceDecision": "allowed"},
                    {"EvalResourceName": "b0", "EvalResourceDecision": "explicitDeny"},
                ],
            ),
            [("denied", "b", "explicitDeny")],
        ),
        (
            result("explicitDeny", MissingContextValues=["aws:MultiFactorAuthPresent"]),
            [("open", None, "aws:MultiFactorAuthPresent")],
        ),
        (
            result("implicitDeny", OrganizationsDecisionDetail={"AllowedByOrganizations": False}),
            [("denied", each, "organization") for each in "ab"],
        ),
        (
            result("implicitDeny", PermissionsBoundaryDecisionDetail={"AllowedByPermissionsBoundary": False}),
            [("denied", each, "boundary") for each in "ab"],
        ),
    ],
)
def test_answers_as_the_simulator_gives_them(told: dict[str, Any], judged: list[tuple[str, str | None, str]]) -> None:
    found = permissions.refusals(told, {"a": "a", "b0": "b"})
    assert [(kind, each.get("resource"), each.get("reason", each.get("why"))) for kind, each in found] == judged


def test_the_session_of_a_role_has_the_permissions_of_the_role(account: Looking, spec: Path) -> None:
    account.make_clean()
    iam = account.aws.client("iam")
    iam.create_role(RoleName="ci", Path="/teams/", AssumeRolePolicyDocument="{}")
    statement = {"Effect": "Allow", "NotAction": "elasticloadbalancing:*", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_role_policy(RoleName="ci", PolicyName="most", PolicyDocument=policy)
    asked = {"RoleArn": "arn:aws:iam::123456789012:role/teams/ci", "RoleSessionName": "build"}
    key = account.aws.client("sts").assume_role(**asked)["Credentials"]
    names = {"AccessKeyId": "ACCESS_KEY_ID", "SecretAccessKey": "SECRET_ACCESS_KEY", "SessionToken": "SESSION_TOKEN"}
    told = account.rows_as(spec, {f"AWS_{name}": key[part] for part, name in names.items()})
    causes = [row["cause"] for row in told if row["id"] == "PRE110"]
    assert causes
    assert all("role/teams/ci may not do elasticloadbalancing:" in cause for cause in causes)
