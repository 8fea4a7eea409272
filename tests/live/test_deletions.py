"""The table of deletions: every kind has its place in the order, and every command is one that AWS's own models know."""

import json
import re
from typing import Any

import pytest
from stage3c.live.account import Account
from stage3c.live.deletions import DELETIONS, Deletion

from tests.conftest import ROOT

ORDER = {deletion.kind: place for place, deletion in enumerate(DELETIONS)}
# They carry no tags and go with what they belong to; a record stands in a zone that is not the stack's.
WITH_ANOTHER = {
    "aws_acm_certificate_validation",
    "aws_appautoscaling_policy",
    "aws_ecr_lifecycle_policy",
    "aws_ecs_cluster_capacity_providers",
    "aws_iam_role_policy",
    "aws_route",
    "aws_route53_record",
    "aws_route_table_association",
    "aws_s3_bucket_lifecycle_configuration",
    "aws_s3_bucket_ownership_controls",
    "aws_s3_bucket_policy",
    "aws_s3_bucket_public_access_block",
    "aws_s3_bucket_server_side_encryption_configuration",
    "aws_secretsmanager_secret_version",
    "aws_sns_topic_policy",
    "aws_sns_topic_subscription",
    "aws_vpc_security_group_egress_rule",
    "aws_vpc_security_group_ingress_rule",
}
# They only name what they watch; AWS lets either go first.
WATCH = {"aws_cloudwatch_metric_alarm", "aws_cloudwatch_dashboard"}


def stacks() -> list[Any]:
    """The resources of every committed stack, by type and name."""
    paths = [path for path in (ROOT / "generated").glob("*/main.tf.json") if not path.parent.name.startswith("boot")]
    return [json.loads(path.read_text(encoding="utf-8"))["resource"] for path in paths]


def test_every_kind_that_is_emitted_is_deleted_or_goes_with_another() -> None:
    emitted = {kind for stack in stacks() for kind in stack}
    assert emitted == set(ORDER) | WITH_ANOTHER
    assert not WITH_ANOTHER & set(ORDER)


def test_what_names_another_goes_before_it() -> None:
    for stack in stacks():
        for kind, members in stack.items():
            named = {name for name in re.findall(r"\$\{(aws_\w+)\.", json.dumps(members)) if name in ORDER}
            late = {name for name in named if kind in ORDER and ORDER[kind] > ORDER[name]}
            assert kind in WATCH or not late, kind


class Sent(BaseException):
    """A request that was valid, and is not sent."""


def sent(**_words: Any) -> None:
    raise Sent


@pytest.mark.parametrize("deletion", DELETIONS, ids=lambda each: each.kind)
def test_every_command_is_one_that_aws_has(monkeypatch: pytest.MonkeyPatch, deletion: Deletion) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    parts = {**dict.fromkeys(["account", "cluster", "namespace", "dimension"], "012345678901"), "id": "i" * 20}
    assert deletion.commands or deletion.keeps
    for command in deletion.commands:
        account = Account("us-east-1", "http://127.0.0.1:9")
        words = command.format(**parts).split()
        account.client({"s3api": "s3"}.get(words[0], words[0])).meta.events.register("before-call", sent)
        with pytest.raises(Sent):
            account.perform(words)


@pytest.mark.parametrize(
    ("kind", "arn", "identity"),
    [
        ("aws_vpc", "arn:aws:ec2:eu-central-1:111122223333:vpc/vpc-1", "vpc-1"),
        ("aws_ecs_service", "arn:aws:ecs:eu-central-1:111122223333:service/main/api", "main/api"),
        ("aws_lb", "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/x/50dc", None),
        ("aws_s3_bucket", "arn:aws:s3:::logs", "logs"),
        ("aws_iam_role", "arn:aws-cn:iam::111122223333:role/path/x", "path/x"),
        ("aws_cloudwatch_log_group", "arn:aws:logs:eu-west-1:111122223333:log-group:/ecs/x:*", "/ecs/x"),
    ],
)
def test_an_arn_and_an_id_of_terraform_say_the_same(kind: str, arn: str, identity: str | None) -> None:
    """One kind claims an ARN, and no other."""
    claimed = [deletion.kind for deletion in DELETIONS if deletion.parts_of_arn(arn) is not None]
    assert claimed == [kind]
    deletion = DELETIONS[ORDER[kind]]
    told, known = deletion.parts_of_arn(arn), deletion.parts_of_identity(identity or arn)
    assert told is not None
    assert known is not None
    assert {**told, "id": told["id"] or arn} == dict(known)
