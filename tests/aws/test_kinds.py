"""Every known kind answers every question, whether a stack emits it or not, and every command is one that AWS has."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from stage3c.aws.kinds import all_kinds, kind_of, known, removal_order
from stage3c.aws.kinds.kind import Kind, Refused, Thing, Unanswered, tags_of
from stage3c.live.account import Account

from tests.conftest import ROOT

KINDS = list(all_kinds())
NAMES = [kind.type for kind in KINDS]
ORDER = {kind.type: place for place, kind in enumerate(removal_order())}
ONLY_REFERRED_TO = {
    "aws_iam_policy",
    "aws_kinesis_stream",
    "aws_kms_key",
    "aws_lambda_function",
    "aws_secretsmanager_random_password",
    "aws_ssm_parameter",
}
"""Types that a spec refers to and never makes: of these only the ARN matters."""


REVISED = {"aws_ecs_task_definition", "aws_appautoscaling_target"}
"""Types whose import id is not the id in a state, and is as exact."""


def stacks() -> list[dict[str, Any]]:
    paths = [path for path in (ROOT / "generated").glob("*/main.tf.json") if not path.parent.name.startswith("boot")]
    return [json.loads(path.read_text(encoding="utf-8"))["resource"] for path in paths]


@pytest.mark.parametrize("kind", KINDS, ids=NAMES)
def test_a_kind_answers_every_question(kind: Kind) -> None:
    if kind.type in ONLY_REFERRED_TO:
        assert kind.arn or kind.untagged
        return
    assert kind.find or kind.not_imported, "how is it found, or why is it not imported?"
    assert kind.tags or kind.untagged or kind.stays, "who owns it?"
    assert not kind.tags or kind.look, "tags are read from the resource itself"
    assert not kind.look or kind.tags, "what is described has tags"
    assert kind.removal or kind.untagged or kind.stays or kind.not_imported, "how is it deleted, or why is it not?"
    assert kind.permission_arn.startswith("arn:") or kind.type == "aws_caller_identity"
    assert kind.of_state({"id": "i"}) == "i" or kind.state_id or kind.type in REVISED, (
        "a state's id says which one it is"
    )
    if kind.removal:
        assert kind.look
        assert kind.removal.commands or kind.removal.data, "it is deleted, or it is data"
        assert kind.removal.uses or kind.removal.data, "what shows that it is not used?"
        assert kind.listed or kind.of_arn("") is None
        assert set(kind.removal.after) <= set(ORDER)


def test_every_emitted_type_is_known_and_a_missing_one_is_a_bug() -> None:
    assert {kind for stack in stacks() for kind in stack} <= set(NAMES)
    assert known("aws_no_such_thing") is None
    assert known("os") is None
    assert known("aws_vpc.main") is None
    with pytest.raises(AssertionError, match="has no file"):
        kind_of("aws_no_such_thing")


def test_what_names_another_is_deleted_before_it() -> None:
    """Alarms and dashboards only name what they watch; AWS lets either go first."""
    for stack in stacks():
        for kind, members in stack.items():
            named = {name for name in re.findall(r"\$\{(aws_\w+)\.", json.dumps(members)) if name in ORDER}
            late = {name for name in named if kind in ORDER and ORDER[kind] > ORDER[name]}
            assert kind == "aws_cloudwatch_metric_alarm" or not late, kind


class Sent(BaseException):
    """A request that was valid, and is not sent."""


def sent(**_words: Any) -> None:
    raise Sent


IDENTITIES = {
    "aws_appautoscaling_target": "ecs/service/main/api/ecs:service:DesiredCount",
    "aws_budgets_budget": "012345678901:shop",
    "aws_ecs_service": "main/api",
}


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.removal], ids=lambda kind: kind.type)
def test_every_command_is_one_that_aws_has(monkeypatch: pytest.MonkeyPatch, kind: Kind) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    assert kind.removal
    parts = kind.removal.parts_of(IDENTITIES.get(kind.type, "i" * 20))
    assert parts
    for command in kind.removal.commands:
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
        ("aws_ecs_cluster", "arn:aws:ecs:eu-central-1:111122223333:cluster/main", "main"),
        ("aws_lb", "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/x/50dc", None),
        ("aws_lb_listener", "arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener/app/x/50dc/1", None),
        ("aws_lb_listener_rule", "arn:aws:elasticloadbalancing:eu-west-1:1:listener-rule/app/x/50dc/1/2", None),
        ("aws_s3_bucket", "arn:aws:s3:::logs", "logs"),
        ("aws_iam_role", "arn:aws-cn:iam::111122223333:role/path/x", "x"),
        ("aws_cloudwatch_log_group", "arn:aws:logs:eu-west-1:111122223333:log-group:/ecs/x:*", "/ecs/x"),
        ("aws_sns_topic", "arn:aws:sns:eu-west-1:111122223333:alarms", None),
        ("aws_sqs_queue", "arn:aws:sqs:eu-west-1:111122223333:jobs", None),
    ],
)
def test_one_kind_claims_an_arn_and_no_other(kind: str, arn: str, identity: str | None) -> None:
    claimed = {each.type: each.of_arn(arn) for each in KINDS if each.of_arn(arn) is not None}
    assert claimed == {kind: identity or arn}


class Account1:
    """Answers from a table, or with an error code where the table has none."""

    region = "eu-west-1"
    account = "111122223333"
    partition = "aws"

    def __init__(self, answers: dict[str, Any], code: str = "AccessDenied") -> None:
        self.answers, self.code = answers, code

    def ask(self, call: str, /, **_parameters: Any) -> Any:
        if call not in self.answers:
            raise Refused(call, self.code)
        return self.answers[call]

    def maybe(self, call: str, /, *codes: str, **parameters: Any) -> Any:
        try:
            return self.ask(call, **parameters)
        except Refused as refused:
            if refused.code in codes:
                return None
            raise

    def all(self, call: str, members: str, /, **parameters: Any) -> Iterator[Any]:
        yield from self.ask(call, **parameters)[members]


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.look], ids=lambda kind: kind.type)
def test_a_refusal_is_never_taken_for_an_answer(kind: Kind) -> None:
    """Neither for "it is gone", nor for "it has no tags", nor for "nothing uses it"."""
    denied = Account1({})
    assert kind.look
    with pytest.raises(Unanswered):
        kind.look(denied, IDENTITIES.get(kind.type, "i" * 20))
    if kind.removal and kind.removal.uses and kind.type not in {"aws_acm_certificate", "aws_ecs_service"}:
        told = dict.fromkeys(("Arn", "DNSName", "VpcId", "ResourceId", "LoadBalancerArn", "family", "clusterArn"), "i")
        full = {**told, "Attachments": [], "Associations": [], "NetworkInterfaceIds": ["eni-1"], "ServiceName": "s3"}
        full |= {"AssociationId": "a", "ResourceId": "service/main/api"}
        thing = Thing(IDENTITIES.get(kind.type, "i" * 20), full)
        if kind.type == "aws_budgets_budget":
            assert list(kind.removal.uses(denied, thing)) == []
        elif kind.type in {"aws_lb_listener", "aws_lb_listener_rule"}:
            assert [use.by for use in kind.removal.uses(denied, thing)]
        else:
            with pytest.raises(Unanswered):
                list(kind.removal.uses(denied, thing))


def test_tags_are_read_in_all_three_ways_of_aws() -> None:
    assert tags_of([{"Key": "a", "Value": "1"}]) == tags_of([{"key": "a", "value": "1"}]) == tags_of({"a": "1"})
    assert tags_of(None) == {}
