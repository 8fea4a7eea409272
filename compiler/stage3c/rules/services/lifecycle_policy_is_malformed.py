"""Lifecycle policy of a repository is not valid."""

from collections import Counter
from collections.abc import Iterator, Mapping

from stage3c.diagnostics import Finding
from stage3c.graph import Expr, Graph, Value, blocks, document, items, number
from stage3c.rules.rule import Rule, at


def check(graph: Graph) -> Iterator[Finding]:
    """Judge every lifecycle policy that is known."""
    for policy in graph.of_type("aws_ecr_lifecycle_policy"):
        written = document(policy.attributes.get("policy"))
        rules = written.get("rules") if isinstance(written, Mapping) else None
        if rules is not None and not isinstance(rules, Expr):
            for fault in dict.fromkeys(_faults(rules)):
                yield at(policy, *fault)


def _faults(written: Value) -> Iterator[tuple[str, str]]:
    rules = blocks(written)
    counted = Counter(number(rule.get("rulePriority")) for rule in rules)
    twice = [priority for priority, count in counted.items() if count > 1 and priority is not None]
    if twice:
        yield f"has two rules with rulePriority {twice[0]}", "give each rule another rulePriority"
    for key, given in (
        ("rulePriority", rules),
        ("countNumber", [s for r in rules for s in blocks(r.get("selection"))]),
    ):
        if any(number(each.get(key, 1)) == 0 for each in given):
            yield f"has {key} 0; ECR allows 1 or more", f"set {key} = 1"
    every = [rule for rule in rules for each in blocks(rule.get("selection")) if each.get("tagStatus") == "any"]
    has_classes = any("storageClass" in each for rule in rules for each in blocks(rule.get("selection")))
    if has_classes:
        every = []  # each storage class may have one, in its own order
    if len(every) > 1:
        yield 'has two rules with tagStatus "any"', "keep one of them"
    priorities = [number(rule.get("rulePriority")) for rule in rules]
    known = [priority for priority in priorities if priority is not None]
    if len(every) == 1 and len(known) == len(rules) and number(every[0].get("rulePriority")) != max(known):
        yield 'has a rule with tagStatus "any" before others', f"set its rulePriority to {max(known) + 1}"
    for selection in (each for rule in rules for each in blocks(rule.get("selection"))):
        yield from _of_selection(selection)


def _of_selection(selection: Mapping[str, Value]) -> Iterator[tuple[str, str]]:
    status, kind = selection.get("tagStatus"), selection.get("countType")
    lists = [key for key in ("tagPrefixList", "tagPatternList") if items(selection.get(key))]
    if status == "tagged" and not lists:
        yield 'has tagStatus "tagged" without tagPrefixList or tagPatternList', 'set tagPatternList = ["*"]'
    if status in ("any", "untagged") and lists:
        yield f'has {lists[0]} with tagStatus "{status}"', f"remove {lists[0]}"
    if kind == "sinceImagePushed" and selection.get("countUnit") is None:
        yield 'has countType "sinceImagePushed" without countUnit', 'set countUnit = "days"'
    if kind == "imageCountMoreThan" and selection.get("countUnit") is not None:
        yield 'has countUnit with countType "imageCountMoreThan"', "remove countUnit"


RULE = Rule(
    id="SVC234",
    scope="terraform",
    title="ECR lifecycle policy is not valid",
    what="A lifecycle policy has two rules of one priority, or a selection with keys that do not belong together.",
    why="ECR rejects it at apply: InvalidParameterException.",
    fix="Write what the finding names.",
    source="https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html (2026-11-28)",
    bad_terraform="""\
resource "aws_ecr_lifecycle_policy" "web" {
  repository = aws_ecr_repository.web.name
  policy = jsonencode({
    rules = [{
      rulePriority = 1
      selection    = { tagStatus = "tagged", countType = "imageCountMoreThan", countNumber = 20 }
      action       = { type = "expire" }
    }]
  })
}
""",
    check_graph=check,
)
