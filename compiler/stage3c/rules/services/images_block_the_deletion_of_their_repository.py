"""Images block the deletion of their repository."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph, Resource, flag
from stage3c.rules.rule import Rule, at


def check(graph: Graph) -> Iterator[Finding]:
    """Look at repositories that keep every image, and may not be deleted with them."""
    for repository in graph.of_type("aws_ecr_repository"):
        is_forced = flag(repository.attributes.get("force_delete"), default=False) is not False
        if not is_forced and not repository.lifecycle.prevent_destroy and not _expires(graph, repository):
            yield at(
                repository,
                "keeps every image and has no force_delete; terraform destroy or a replacement fails with "
                "RepositoryNotEmptyException while it contains images",
                "set force_delete = true and apply it before you destroy the stack, or lifecycle { prevent_destroy = true } "
                "to keep the repository",
            )


def _expires(graph: Graph, repository: Resource) -> bool:
    """Tell whether a lifecycle policy expires images; a module that is given the repository may have one."""
    return bool(graph.users(repository, "aws_ecr_lifecycle_policy")) or graph.is_handed_out(repository)


RULE = Rule(
    id="SVC280",
    scope="terraform",
    title="Images block the deletion of their repository",
    severity=Severity.NOTE,
    what="An ECR repository has no lifecycle policy and no `force_delete`, so it is never empty again.",
    why=(
        "`terraform destroy` and every replacement fail with RepositoryNotEmptyException. `force_delete` counts only "
        "after it was applied: setting it together with the destroy is too late."
    ),
    fix="Set `force_delete = true` in stacks that are destroyed, or `prevent_destroy` where the images must stay.",
    source="https://github.com/hashicorp/terraform-provider-aws/issues/33523",
    bad_terraform="""\
# without aws_ecr_lifecycle_policy.web
resource "aws_ecr_repository" "web" {
  name                 = "shop/web"
  image_tag_mutability = "IMMUTABLE"
  image_scanning_configuration {
    scan_on_push = true
  }
}
""",
    good_terraform="""\
# without aws_ecr_lifecycle_policy.web
resource "aws_ecr_repository" "web" {
  name                 = "shop/web"
  image_tag_mutability = "IMMUTABLE"
  force_delete         = true
  image_scanning_configuration {
    scan_on_push = true
  }
}
""",
    check_graph=check,
)
