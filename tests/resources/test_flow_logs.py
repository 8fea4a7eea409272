import pytest
from stage3c.graph import Ref, Text

from tests.resources.stacks import attributes, compiled, document

LOGGED = "network: {flow_logs: true}"
GROUP = Ref("aws_cloudwatch_log_group.flow-logs", "arn")


def test_there_are_no_flow_logs_unless_asked() -> None:
    assert not compiled().of_type("aws_flow_log")
    assert "aws_iam_role.flow-logs" not in compiled().resources


def test_flow_logs_go_to_their_group_once_their_role_may_write() -> None:
    log = compiled(LOGGED).resources["aws_flow_log.main"]
    assert (log.attributes["log_destination"], log.attributes["traffic_type"]) == (GROUP, "ALL")
    assert log.attributes["iam_role_arn"] == Ref("aws_iam_role.flow-logs", "arn")
    assert log.depends_on == ("aws_iam_role_policy.flow-logs",)
    assert log.origin.path == ("network", "flow_logs")


def test_only_the_flow_logs_of_this_account_take_the_role() -> None:
    [statement] = document(compiled(LOGGED).resources["aws_iam_role.flow-logs"], "assume_role_policy")["Statement"]
    assert statement["Principal"] == {"Service": "vpc-flow-logs.amazonaws.com"}
    account = Ref("data.aws_caller_identity.current", "account_id")
    assert statement["Condition"]["StringEquals"] == {"aws:SourceAccount": account}


def test_the_role_writes_to_the_exact_group() -> None:
    [statement] = document(compiled(LOGGED).resources["aws_iam_role_policy.flow-logs"], "policy")["Statement"]
    assert statement["Resource"] == [GROUP, Text(GROUP, ":*")]
    assert all(action.startswith("logs:") and "*" not in action for action in statement["Action"])


@pytest.mark.parametrize(("wanted", "expected"), [("true", 30), ("{days: 90}", 90)])
def test_flow_logs_are_kept_as_long_as_other_logs_or_as_told(wanted: str, expected: int) -> None:
    group = attributes(compiled(f"network: {{flow_logs: {wanted}}}"), "aws_cloudwatch_log_group.flow-logs")
    assert (group["name"], group["retention_in_days"]) == ("/vpc/shop/prod/flow-logs", expected)
