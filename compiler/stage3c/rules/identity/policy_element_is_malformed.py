"""IAM policy element is malformed."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from stage3c.diagnostics import Finding, clip
from stage3c.graph import Graph, Resource, Value, blocks, document
from stage3c.rules.rule import Rule, found_at

_ARGUMENTS: Final = {
    "aws_iam_role_policy": "policy",
    "aws_iam_policy": "policy",
    "aws_iam_user_policy": "policy",
    "aws_iam_group_policy": "policy",
    "aws_iam_role": "assume_role_policy",
}
_OF_RESOURCES: Final = ("aws_s3_bucket_policy", "aws_sns_topic_policy", "aws_ecr_repository_policy")
_WITH_RESOURCE: Final = ("aws_s3_bucket_policy", "aws_sns_topic_policy")
_SID: Final = re.compile(r"[A-Za-z0-9]*")
_OPERATOR: Final = re.compile(
    r"((ForAllValues|ForAnyValue):)?"
    r"((String(Not)?(Equals|EqualsIgnoreCase|Like))|Numeric((Not)?Equals|(Less|Greater)Than(Equals)?)"
    r"|Date((Not)?Equals|(Less|Greater)Than(Equals)?)|Bool|BinaryEquals|(Not)?IpAddress|Arn(Not)?(Equals|Like))"
    r"(IfExists)?|Null",
    re.IGNORECASE,
)


def check(graph: Graph) -> Iterator[Finding]:
    """Look at the policies of IAM itself, which are stricter than those of other services."""
    for kind, argument in _ARGUMENTS.items():
        for resource in graph.of_type(kind):
            value = resource.attributes.get(argument)
            written = document(value)
            if isinstance(value, str) and value.strip().startswith("{") and not isinstance(written, Mapping):
                fault = f"{resource.address}: {argument} is not valid JSON."
                yield found_at(resource, fault, "write it with jsonencode.")
            if isinstance(written, Mapping):
                for cause, fix in dict.fromkeys(_faults(resource, written)):
                    yield found_at(resource, f"{resource.address}: {cause}.", f"{fix}.")
    for resource in graph.of_type(*_OF_RESOURCES):
        written = document(resource.attributes.get("policy"))
        for cause, fix in dict.fromkeys(_of_resource(resource, written)) if isinstance(written, Mapping) else ():
            yield found_at(resource, f"{resource.address}: {cause}.", f"{fix}.")


def _of_resource(resource: Resource, policy: Mapping[str, Value]) -> Iterator[tuple[str, str]]:
    """What is wrong with a policy of a resource: each statement names whom it is for, and all but ECR's for what."""
    for statement in blocks(policy.get("Statement")):
        if "Principal" not in statement and "NotPrincipal" not in statement:
            yield "a statement has no Principal", "add Principal"
        has_resource = "Resource" in statement or "NotResource" in statement
        if resource.type == "aws_ecr_repository_policy" and has_resource:
            yield "a statement of a repository policy has a Resource", "remove Resource"
        if resource.type in _WITH_RESOURCE and not has_resource:
            yield "a statement has no Resource", f"add Resource = {resource.type.removesuffix('_policy')}.NAME.arn"


def _faults(resource: Resource, policy: Mapping[str, Value]) -> Iterator[tuple[str, str]]:
    for statement in blocks(policy.get("Statement")):
        sid = statement.get("Sid")
        if isinstance(sid, str) and not _SID.fullmatch(sid):
            yield f'Sid "{clip(sid)}" has characters other than letters and digits', "remove them from the Sid"
        if resource.type == "aws_iam_role" and ("Resource" in statement or "NotResource" in statement):
            yield "a statement of a trust policy has a Resource", "remove Resource"
        condition = statement.get("Condition")
        for operator in condition if isinstance(condition, Mapping) else ():
            if not _OPERATOR.fullmatch(operator):
                yield f'condition operator "{clip(operator)}" does not exist', 'use for example "StringEquals"'


RULE = Rule(
    id="IAM231",
    scope="terraform",
    title="IAM policy element is malformed",
    what="An IAM policy is not JSON, or has a Sid, condition operator or Resource that IAM does not accept.",
    why="IAM rejects it at apply: MalformedPolicyDocument.",
    fix="Write the policy with jsonencode, Sids of letters and digits, and operators such as StringEquals.",
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html (2026-11-28)",
    bad_terraform="""\
resource "aws_iam_role_policy" "execution" {
  role = aws_iam_role.execution.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "List all buckets"
      Effect   = "Allow"
      Action   = "s3:ListAllMyBuckets"
      Resource = "*"
    }]
  })
}
""",
    check_graph=check,
)
