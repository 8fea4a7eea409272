"""What the roles of a workflow may do, and who may assume them: no more than its steps need. Pure.

One role plans, and reads; one releases, and changes. GitHub's tokens are trusted for one repository, and there for pull
requests or for one environment, so no key is stored anywhere.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from stage3c.graph import Graph, Json, Resource, document
from stage3c.language.model.stack import Stack
from stage3c.live.terraform_needs import terraform_needs
from stage3c.policy.evaluator import Request, decide
from stage3c.resources.jobs import job_homes
from stage3c.resources.naming import partition
from stage3c.resources.stack import compile_stack
from stage3c.views.statements import statements_of

ISSUER: Final = "token.actions.githubusercontent.com"
AUDIENCE: Final = "sts.amazonaws.com"
POLICY_MAX_CHARS: Final = 6144
"""Of a managed policy, without white space.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html (2026-11-28)
"""
_READS: Final = ("Describe", "Get", "List", "View", "BatchGet")
_REVISION: Final = re.compile(r"(:task-definition/.+):1$")
_PASSING: Final = "iam:PassRole"
_PUSH: Final = (
    "ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:CompleteLayerUpload", "ecr:DescribeImages",
    "ecr:GetDownloadUrlForLayer", "ecr:InitiateLayerUpload", "ecr:PutImage", "ecr:UploadLayerPart",
)  # fmt: skip
"""https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html (2026-11-28); to look at an image takes more."""

Needs = Mapping[tuple[str, ...], set[str]]
Statement = dict[str, Any]


def needs_to_plan(stack: Stack, account: str) -> Needs:
    """The permissions that `terraform plan -lock=false` needs: those of Terraform that only read."""
    found = {arns: set(filter(_reads, actions)) for arns, actions in terraform_needs(stack, account, None).items()}
    return {arns: actions for arns, actions in found.items() if actions}


def needs_to_release(stack: Stack, account: str) -> Needs:
    """The permissions that a release needs: to run Terraform, push images, run jobs and find out why a check fails."""
    needs: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for arns, actions in (*terraform_needs(stack, account, None).items(), *_of_steps(stack, account)):
        needs[arns] |= actions
    return needs


def policies(stack: Stack, needs: Needs) -> list[Statement]:
    """Managed policies that grant the needs and nothing else, split where one would exceed the size limit."""
    found = [{"Version": "2012-10-17", "Statement": [*part]} for part in _packed(_statements(stack, needs))]
    assert not refused(needs, found)
    return found


def refused(needs: Needs, granted: Iterable[Statement]) -> list[tuple[str, str]]:
    """The actions, each with its ARN, that policies do not certainly grant."""
    parsed = [statements_of(Graph({}), Json(policy), "policy") or () for policy in granted]
    flat = [statement for statements in parsed for statement in statements]
    wanted = ((action, arn) for arns, actions in needs.items() for action in sorted(actions) for arn in arns)
    return [(action, arn) for action, arn in wanted if decide(_request(action, arn), flat).allowed is not True]


def trust(stack: Stack, account: str, repository: str, subject: str) -> Statement:
    """A trust policy for GitHub's tokens of one repository; `subject` is `pull_request`, or `environment:NAME`.

    https://docs.github.com/en/actions/security-for-github-actions/security-hardening-your-deployments/configuring-openid-connect-in-amazon-web-services
    (2026-11-28); the forms of the subject are from memory.
    """
    provider = f"arn:{partition(stack)}:iam::{account}:oidc-provider/{ISSUER}"
    statement = {
        "Effect": "Allow",
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Principal": {"Federated": provider},
        "Condition": {"StringEquals": {f"{ISSUER}:aud": AUDIENCE, f"{ISSUER}:sub": f"repo:{repository}:{subject}"}},
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


def _reads(action: str) -> bool:
    return action.partition(":")[2].startswith(_READS)


def _of_steps(stack: Stack, account: str) -> Iterator[tuple[tuple[str, ...], set[str]]]:
    graph, where = compile_stack(stack), f"{stack.region}:{account}"
    arn = f"arn:{partition(stack)}"
    names = _names(graph, "aws_ecr_repository", "name")
    cluster = _names(graph, "aws_ecs_cluster", "name")[0]
    if names:
        yield ("*",), {"ecr:GetAuthorizationToken"}
        yield tuple(f"{arn}:ecr:{where}:repository/{name}" for name in names), {*_PUSH}
    homes = job_homes(stack)
    if homes:
        families = (str(graph.resources[home.address].attributes["family"]) for home in homes)
        yield tuple(f"{arn}:ecs:{where}:task-definition/{family}:1" for family in families), {"ecs:RunTask"}
        yield (f"{arn}:ecs:{where}:task/{cluster}/*",), {"ecs:StopTask"}
        yield (
            tuple(f"{arn}:logs:{where}:log-group:{home.log_group}:log-stream:*" for home in homes),
            {"logs:GetLogEvents"},
        )
    yield (f"{arn}:ecs:{where}:task/{cluster}/*",), {"ecs:DescribeTasks"}
    yield (f"{arn}:ecs:{where}:container-instance/{cluster}/*",), {"ecs:ListTasks"}
    yield ("*",), {"elasticloadbalancing:DescribeTargetHealth"}
    groups = _names(graph, "aws_cloudwatch_log_group", "name")
    yield tuple(f"{arn}:logs:{where}:log-group:{name}:*" for name in groups), {"logs:FilterLogEvents"}


def _names(graph: Graph, kind: str, argument: str) -> list[str]:
    return [str(each.attributes[argument]) for each in graph.of_type(kind)]


def _statements(stack: Stack, needs: Needs) -> Iterator[Statement]:
    services = _passed_to(compile_stack(stack))
    for resources, actions in sorted(_together(needs).items()):
        plain = sorted(actions - {_PASSING})
        if plain:
            yield {"Effect": "Allow", "Action": plain, "Resource": [*resources]}
        if _PASSING in actions:
            only = {"StringEquals": {"iam:PassedToService": services}}
            yield {"Effect": "Allow", "Action": [_PASSING], "Resource": resources, "Condition": only}


def _together(needs: Needs) -> Needs:
    """The actions by all the ARNs that each of them is needed on; of a task definition, all revisions."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for arns, actions in needs.items():
        for action in actions:
            wanted[action] |= {_REVISION.sub(r"\1:*", arn) for arn in arns}
    found: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for action, on in wanted.items():
        found[("*",) if "*" in on else tuple(sorted(on))].add(action)
    return found


def _passed_to(graph: Graph) -> list[str]:
    """The services that the roles of a stack trust."""
    return sorted({service for role in graph.of_type("aws_iam_role") for service in _trusted(role)})


def _trusted(role: Resource) -> Iterator[str]:
    written = document(role.attributes.get("assume_role_policy"))
    assert isinstance(written, Mapping)  # ours
    for statement in written["Statement"]:  # type: ignore[union-attr] # likewise
        yield str(statement["Principal"]["Service"])  # type: ignore[index,call-overload] # likewise


def _request(action: str, arn: str) -> Request:
    """A request of Terraform's; roles are passed to services that the stack's roles trust."""
    context = {"iam:passedtoservice": "ecs-tasks.amazonaws.com"} if action == _PASSING else {}
    return Request(action, arn, context=context)


def _packed(statements: Iterable[Statement]) -> Iterator[list[Statement]]:
    """The statements in order, as many together as one policy holds."""
    part: list[Statement] = []
    for statement in (piece for whole in statements for piece in _fitting(whole)):
        if part and _chars([*part, statement]) > POLICY_MAX_CHARS:
            yield part
            part = []
        part.append(statement)
    yield part


def _fitting(statement: Statement) -> Iterator[Statement]:
    """A statement, or two with half of its resources each, and so on, until each fits into a policy."""
    resources = statement["Resource"]
    if _chars([statement]) <= POLICY_MAX_CHARS or len(resources) == 1:
        yield statement
        return
    half = len(resources) // 2
    for some in (resources[:half], resources[half:]):
        yield from _fitting({**statement, "Resource": some})


def _chars(statements: Sequence[Statement]) -> int:
    return len(json.dumps({"Version": "2012-10-17", "Statement": statements}, separators=(",", ":")))
