"""Listener rule condition is not accepted."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from stage3c.diagnostics import Finding, clip
from stage3c.graph import Expr, Graph, Resource, Value, blocks, items
from stage3c.rules.rule import Rule, at
from stage3c.views.tasks import Block

_VALUES_MAX: Final = 5
_ONCE: Final = ("host_header", "path_pattern", "http_request_method", "source_ip")
_FORMS: Final = {
    "path_pattern": (re.compile(r"[A-Za-z0-9_\-.$/~\"'@:+&*?!,;=()%]{1,128}"), "/api/*"),
    "host_header": (re.compile(r"[A-Za-z0-9\-.*?]{1,128}"), "*.example.com"),
    "http_request_method": (re.compile(r"[A-Za-z_-]{1,40}"), "GET"),
    "source_ip": (re.compile(r"[0-9a-fA-F.:]{2,45}/[0-9]{1,3}"), "10.0.0.0/16"),
}
_FINAL: Final = ("forward", "redirect", "fixed-response")


def check(graph: Graph) -> Iterator[Finding]:
    """Look at the conditions and actions of each rule, as far as they are known."""
    for rule in graph.of_type("aws_lb_listener_rule"):
        conditions = list(_conditions(rule))
        count = sum(len(_values(block)) for _, block in conditions)
        if count > _VALUES_MAX and not any(isinstance(value, Expr) for _, b in conditions for value in _values(b)):
            cause = f"has {count} condition values; Elastic Load Balancing allows {_VALUES_MAX} in one rule"
            yield at(rule, cause, "split it into two rules")
        twice = [kind for kind, number in Counter(kind for kind, _ in conditions).items() if number > 1]
        for kind in (kind for kind in twice if kind in _ONCE):
            yield at(rule, f"has two {kind} conditions", "write their values in one condition")
        for kind, block in conditions:
            yield from _malformed(rule, kind, block)
        kinds = [action.get("type") for action in blocks(rule.attributes.get("action"))]
        if kinds and all(isinstance(kind, str) and kind not in _FINAL for kind in kinds):
            yield at(rule, "has no action that forwards, redirects or responds", 'add an action of type = "forward"')


def _conditions(rule: Resource) -> Iterator[tuple[str, Block]]:
    for condition in blocks(rule.attributes.get("condition")):
        for kind, value in condition.items():
            yield from ((kind, block) for block in blocks(value))


def _values(block: Block) -> list[Value]:
    return items(block.get("values")) if "values" in block else [block]


def _malformed(rule: Resource, kind: str, block: Block) -> Iterator[Finding]:
    form, example = _FORMS.get(kind, (None, ""))
    for value in items(block.get("values")) if form else []:
        if form and isinstance(value, str) and not form.fullmatch(value):
            yield at(rule, f'has {kind} "{clip(value)}", which is not accepted', f'write for example "{example}"')
    if kind == "query_string" and block.get("value") is None:
        yield at(rule, "has a query_string without value", 'set value = "*"')


RULE = Rule(
    id="LBA231",
    scope="terraform",
    title="Listener rule condition is not accepted",
    what="A listener rule has more than five condition values, two conditions of one kind, or a malformed value.",
    why="Elastic Load Balancing rejects the rule at apply.",
    fix="Split the rule, or write the value that the finding names.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RuleCondition.html (2026-11-28)",
    bad_terraform="""\
resource "aws_lb_listener_rule" "api" {
  listener_arn = aws_lb_listener.https.arn
  priority     = 10
  action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.web.arn
  }
  condition {
    path_pattern {
      values = ["/a", "/b", "/c", "/d", "/e", "/f"]
    }
  }
}
""",
    check_graph=check,
)
