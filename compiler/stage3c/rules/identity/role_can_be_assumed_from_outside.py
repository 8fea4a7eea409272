"""IAM role can be assumed by anyone."""

from collections.abc import Iterator
from typing import Final

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph
from stage3c.rules.rule import Rule, at
from stage3c.views.arns import written
from stage3c.views.statements import Statement, statements_in

_GITHUB: Final = "token.actions.githubusercontent.com"
_WHO: Final = ("sub", "repository", "job_workflow_ref", "repository_owner", "repository_id", "environment")


def check(graph: Graph) -> Iterator[Finding]:
    """Look at every statement by which a role is assumed."""
    for role in graph.of_type("aws_iam_role"):
        for statement in statements_in(graph, role, "assume_role_policy") or ():
            fault = _fault(graph, statement)
            if fault:
                yield at(role, *fault)


def _fault(graph: Graph, statement: Statement) -> tuple[str, str] | None:
    principals = statement.principals or ()
    if not statement.allows:
        return None
    only_services = all(key.lower() in ("aws:sourceaccount", "aws:sourcearn") for _, key, _ in statement.conditions)
    if statement.conditions and only_services and "*" in principals:
        return "can be assumed by every AWS service that acts for the account", "name the service in Principal"
    if not statement.conditions and ("*" in principals or "AWS:*" in principals):
        return "can be assumed by every AWS account", "name the accounts or services in Principal"
    federated = [principal for principal in principals if principal.startswith("Federated:")]
    by_token = any(action.lower() == "sts:assumerolewithwebidentity" for action in statement.actions or ())
    if federated and by_token and not statement.conditions:
        return (
            "can be assumed by everyone whom its identity provider knows: the trust policy has no condition",
            "add a condition on the audience and the subject",
        )
    if any(_is_github(graph, principal) for principal in federated) and not _names_who(statement):
        return (
            "can be assumed by every repository of GitHub: the trust policy has no condition on its subject",
            f'add StringLike = {{ "{_GITHUB}:sub" = "repo:OWNER/REPOSITORY:*" }}',
        )
    return None


def _is_github(graph: Graph, principal: str) -> bool:
    provider = principal.removeprefix("Federated:")
    made = next((each for each in graph.of_type("aws_iam_openid_connect_provider") if each.address in provider), None)
    url = written(graph, made.attributes.get("url")) if made else None
    return _GITHUB in provider or _GITHUB in (url or "")


def _names_who(statement: Statement) -> bool:
    return any(not key or key.rpartition(":")[2].lower() in _WHO for _, key, _ in statement.conditions)


RULE = Rule(
    id="IAM233",
    scope="terraform",
    severity=Severity.WARNING,
    title="IAM role can be assumed by anyone",
    what="A trust policy allows every account, or every user of an identity provider, such as all of GitHub.",
    why="Anyone can get the permissions of the role.",
    fix="Name the accounts, or add a condition on the subject.",
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html (2026-11-28)",
    bad_terraform="""\
resource "aws_iam_openid_connect_provider" "github" {
  url            = "https://token.actions.githubusercontent.com"
  client_id_list = ["sts.amazonaws.com"]
}

resource "aws_iam_role" "deployment" {
  name = "shop-deployment"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRoleWithWebIdentity"
      Principal = { Federated = aws_iam_openid_connect_provider.github.arn }
      Condition = { StringEquals = { "token.actions.githubusercontent.com:aud" = "sts.amazonaws.com" } }
    }]
  })
}
""",
    check_graph=check,
)
