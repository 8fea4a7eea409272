"""Event pattern matches no event."""

from collections.abc import Iterator, Mapping
from typing import Final

from stage3c.diagnostics import Finding, Severity, clip
from stage3c.graph import Graph, Value, blocks, document, items
from stage3c.rules.rule import Rule, at
from stage3c.wording import nearest

_DETAIL_TYPES: Final = {
    "aws.secretsmanager": ("Secret Label Updated", "AWS API Call via CloudTrail", "AWS Service Event via CloudTrail"),
    "aws.ecs": (
        "ECS Task State Change",
        "ECS Service Action",
        "ECS Deployment State Change",
        "ECS Container Instance State Change",
    ),
}
_CURRENT: Final = "AWSCURRENT"
_SILENT: Final = ("AWSPENDING", "AWSPREVIOUS")
"""Labels whose moves are not told; those that somebody has made up are."""
_DEPTH_MAX: Final = 10


def check(graph: Graph) -> Iterator[Finding]:
    """Look for names that differ in a letter from those that the source sends, and for lists without members."""
    for rule in graph.of_type("aws_cloudwatch_event_rule"):
        for pattern in blocks(document(rule.attributes.get("event_pattern"))):
            for fault, fix in (*_faults(pattern), *_empty(pattern)):
                yield at(rule, f"has an event_pattern {fault}", fix)


def _faults(pattern: Mapping[str, Value]) -> Iterator[tuple[str, str]]:
    for source in (each for each in items(pattern.get("source")) if isinstance(each, str)):
        known = _DETAIL_TYPES.get(source, ())
        for kind in (each for each in items(pattern.get("detail-type")) if isinstance(each, str) and each not in known):
            near = nearest(kind, known)
            if near:
                yield f'with detail-type "{clip(kind)}", which {source} does not send', f'write "{near}"'
    for detail in blocks(pattern.get("detail")):
        for label in (each for each in items(detail.get("labelUpdated")) if isinstance(each, str) and each != _CURRENT):
            if label in _SILENT or nearest(label, (_CURRENT,)):
                why = ", for which Secrets Manager sends no event" if label in _SILENT else ""
                yield f'with the label "{clip(label)}"{why}', f'write "{_CURRENT}"'


def _empty(value: Value, path: str = "", depth: int = 0) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping) and depth < _DEPTH_MAX:
        for key, inner in value.items():
            yield from _empty(inner, f"{path}.{key}" if path else key, depth + 1)
    elif isinstance(value, list | tuple) and not value:
        yield f"with an empty list in {clip(path)}, which EventBridge rejects", "remove it, or name a value"


RULE = Rule(
    id="MON263",
    scope="terraform",
    title="Event pattern matches no event",
    what="An EventBridge rule has a detail-type or label that its source does not send, or an empty list.",
    why="The rule never fires, or EventBridge rejects it.",
    fix="Write the name as the source sends it.",
    source=(
        "https://docs.aws.amazon.com/secretsmanager/latest/userguide/event-detail-secret-label-updated-secretsmanager.html"
        " (2026-11-28)"
    ),
    severity=Severity.WARNING,
    bad_terraform="""\
resource "aws_cloudwatch_event_rule" "rotated" {
  name          = "shop-rotated"
  event_pattern = jsonencode({ source = ["aws.secretsmanager"], detail-type = ["Secret Label Update"] })
}
""",
    check_graph=check,
)
