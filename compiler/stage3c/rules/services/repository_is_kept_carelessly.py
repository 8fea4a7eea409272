"""Repository, cluster or log group lacks basic settings."""

from collections.abc import Iterator, Mapping
from typing import Final

from stage3c.diagnostics import Finding, Severity, clip
from stage3c.graph import Expr, Graph, Ref, Resource, Value, blocks, document, flag, number
from stage3c.rules.rule import Rule, at
from stage3c.wording import misspelt

_ENOUGH: Final = 3


def check(graph: Graph) -> Iterator[Finding]:
    """Look at repositories with their policies, at clusters, and at log groups that are known by nobody."""
    for repository in graph.of_type("aws_ecr_repository"):
        for fault in _faults(graph, repository):
            yield at(repository, *fault)
    yield from _of_policies(graph)
    for cluster in graph.of_type("aws_ecs_cluster"):
        settings = {str(block.get("name")): block.get("value") for block in blocks(cluster.attributes.get("setting"))}
        if (
            settings.get("containerInsights") not in ("enabled", "enhanced")
            and not isinstance(settings.get("containerInsights"), Expr | Ref)
            and not graph.is_handed_out(cluster)
        ):
            yield at(
                cluster, "has no Container Insights", 'add setting { name = "containerInsights", value = "enabled" }'
            )
    for group in graph.of_type("aws_cloudwatch_log_group"):
        if group.attributes.get("retention_in_days") is None or number(group.attributes.get("retention_in_days")) == 0:
            yield at(group, "keeps logs forever", "set retention_in_days = 30")
        name = group.attributes.get("name")
        implicit = isinstance(name, str) and name.startswith(("/aws/", "aws-"))
        shown = {getattr(output.value, "address", "") for output in graph.outputs.values()}
        users = [user for user in graph.users(group) if not user.type.startswith("aws_iam")]
        if (
            not implicit
            and not users
            and isinstance(name, str)
            and group.address not in shown
            and not _is_named(graph, name)
        ):
            yield at(group, "is not used", "set awslogs-group in a logConfiguration to its name, or remove it")


def _of_policies(graph: Graph) -> Iterator[Finding]:
    names = {
        name for each in graph.of_type("aws_ecr_repository") if isinstance(name := each.attributes.get("name"), str)
    }
    for policy in graph.of_type("aws_ecr_lifecycle_policy"):
        whose = policy.attributes.get("repository")
        near = misspelt(whose, names) if isinstance(whose, str) and whose not in names else None
        if near:
            yield at(
                policy, f'is for the repository "{clip(str(whose))}", which the stack does not make', f'write "{near}"'
            )
        body = document(policy.attributes.get("policy"))
        rules = blocks(body.get("rules")) if isinstance(body, dict) else None
        if rules == [] or any(not _is_whole(rule) for rule in rules or ()):
            yield at(
                policy,
                "has an incomplete rule",
                "set rulePriority, selection and action, as in the example of stage3c explain SVC210",
            )
        for rule in rules or ():
            for selection in blocks(rule.get("selection")):
                for fault in _of_images_in_use(selection):
                    yield at(policy, *fault)


def _faults(graph: Graph, repository: Resource) -> Iterator[tuple[str, str]]:
    attributes = repository.attributes
    scanning = blocks(attributes.get("image_scanning_configuration"))
    if not any(flag(block.get("scan_on_push"), default=False) is not False for block in scanning):
        yield "does not scan images", "set scan_on_push = true in image_scanning_configuration"
    if attributes.get("image_tag_mutability", "MUTABLE") == "MUTABLE":
        yield "has mutable tags", 'set image_tag_mutability = "IMMUTABLE"'
    policies = graph.users(repository, "aws_ecr_lifecycle_policy")
    if not policies:
        yield "keeps every image forever", "add an aws_ecr_lifecycle_policy"
    if len(policies) > 1:
        yield f"has {len(policies)} lifecycle policies, but AWS allows one", "merge their rules into one policy"


def _is_whole(rule: object) -> bool:
    if not isinstance(rule, dict):
        return True
    selection, action = rule.get("selection"), rule.get("action")
    if not isinstance(selection, dict) or not isinstance(action, dict):
        return False
    wanted = ("tagStatus", "countType", "countNumber")
    whole = all(selection.get(key) is not None for key in wanted)
    legal = selection.get("tagStatus") in ("any", "tagged", "untagged")
    legal = legal and action.get("type") in ("expire", "transition")
    counts = ("imageCountMoreThan", "sinceImagePushed", "sinceImagePulled", "sinceImageTransitioned")
    return rule.get("rulePriority") is not None and whole and legal and selection.get("countType") in counts


def _of_images_in_use(selection: Mapping[str, Value]) -> Iterator[tuple[str, str]]:
    """Nothing in ECR knows which image a service runs."""
    number_kept, kind = number(selection.get("countNumber")), selection.get("countType")
    is_limited = selection.get("tagPrefixList") or selection.get("tagPatternList")
    if selection.get("tagStatus") not in ("any", "tagged") or is_limited or number_kept is None:
        return
    if kind == "imageCountMoreThan" and 0 < number_kept < _ENOUGH:
        images = "image" if number_kept == 1 else "images"
        yield f"keeps {number_kept} {images}, so there is little or nothing to roll back to", "set countNumber = 20"
    elif kind == "sinceImagePushed":
        cause = f"removes images {number_kept} days after they were pushed, even those in use"
        yield cause, 'set countType = "imageCountMoreThan"'


def _is_named(graph: Graph, name: str) -> bool:
    return any(
        name in repr(task.attributes.get("container_definitions")) for task in graph.of_type("aws_ecs_task_definition")
    )


RULE = Rule(
    id="SVC210",
    scope="terraform",
    title="Repository, cluster or log group lacks basic settings",
    what=(
        "A repository does not scan images, has mutable tags or keeps every image; a cluster has no Container"
        " Insights; logs never expire."
    ),
    why="Known vulnerabilities stay unnoticed, a tag can change its image, and costs grow.",
    fix="Set scan_on_push, IMMUTABLE tags, a lifecycle policy, containerInsights and retention_in_days.",
    source="https://docs.aws.amazon.com/AmazonECR/latest/userguide/best-practices.html (2026-11-24)",
    severity=Severity.WARNING,
    bad_terraform="""\
resource "aws_ecr_repository" "web" {
  name = "shop/web"
}
""",
    check_graph=check,
)
