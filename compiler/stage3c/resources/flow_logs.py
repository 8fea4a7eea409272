"""VPC flow logs to CloudWatch, with a role that can write to their group and nowhere else."""

from collections.abc import Iterator

from stage3c.graph import Json, Origin, Ref, Resource, Text, Value
from stage3c.language.model.stack import Stack
from stage3c.resources.naming import name_tag, named, trust
from stage3c.resources.network import VPC


def flow_logs(stack: Stack) -> Iterator[Resource]:
    """The flow log of the VPC, where the spec asks for one."""
    wanted = stack.network.flow_logs
    if wanted is None:
        return
    origin = Origin(("network", "flow_logs"))
    group: dict[str, Value] = {
        "name": named(stack, "aws_cloudwatch_log_group.name", "flow-logs", separator="/", prefix="/vpc/"),
        "retention_in_days": wanted.days or stack.monitoring.log_days,
    }
    yield Resource("aws_cloudwatch_log_group", "flow-logs", group, origin)
    role: dict[str, Value] = {
        "name": named(stack, "aws_iam_role.name", "flow-logs", stack.region),
        "assume_role_policy": Json(trust(stack, "vpc-flow-logs.amazonaws.com", "ec2")),
    }
    yield Resource("aws_iam_role", "flow-logs", role, origin)
    yield Resource("aws_iam_role_policy", "flow-logs", _policy(), origin)
    log: dict[str, Value] = {
        "vpc_id": VPC,
        "traffic_type": wanted.traffic.upper(),
        "log_destination_type": "cloud-watch-logs",
        "log_destination": Ref("aws_cloudwatch_log_group.flow-logs", "arn"),
        "iam_role_arn": Ref("aws_iam_role.flow-logs", "arn"),
        "tags": name_tag(stack),
    }
    yield Resource("aws_flow_log", "main", log, origin, depends_on=("aws_iam_role_policy.flow-logs",))


def _policy() -> dict[str, Value]:
    """What flow logs need, https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html (2026-11-23)."""
    arn = Ref("aws_cloudwatch_log_group.flow-logs", "arn")
    actions: list[Value] = ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"]
    statement: dict[str, Value] = {"Effect": "Allow", "Action": actions, "Resource": [arn, Text(arn, ":*")]}
    return {
        "name": "write-logs",
        "role": Ref("aws_iam_role.flow-logs"),
        "policy": Json({"Version": "2012-10-17", "Statement": [statement]}),
    }
