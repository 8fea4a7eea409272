"""Name of an alarm or alarm rule is not valid."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from stage3c.diagnostics import Finding, Severity, clip
from stage3c.graph import Graph, Resource, blocks, items
from stage3c.rules.rule import Rule, at
from stage3c.views.arns import written
from stage3c.wording import misspelt

_CALL: Final = re.compile(r"\b(ALARM|OK|INSUFFICIENT_DATA)\s*\(\s*(\"[^\"()]{1,300}\"|[^\"()]{1,300}?)\s*\)")
_REST: Final = re.compile(r"(\s|[()]|\b(AND|OR|NOT|TRUE|FALSE)\b)*")
_ALARMS: Final = ("aws_cloudwatch_metric_alarm", "aws_cloudwatch_composite_alarm")
_MAX_CHARS: Final = 10240


def check(graph: Graph) -> Iterator[Finding]:
    """Read each rule; a name counts as wrong where it is nearly that of an alarm of the graph."""
    alarms = graph.of_type(*_ALARMS)
    names = {name for alarm in alarms if (name := written(graph, alarm.attributes.get("alarm_name")))}
    for alarm in graph.of_type("aws_cloudwatch_composite_alarm"):
        rule = written(graph, alarm.attributes.get("alarm_rule"))
        if rule is None or len(rule) > _MAX_CHARS or "AT_LEAST" in rule:
            continue
        if not _REST.fullmatch(_CALL.sub(" ", rule)) or rule.count("(") != rule.count(")"):
            fix = 'write it as ALARM("NAME") OR ALARM("NAME"), with AND, OR and NOT'
            yield at(alarm, "has an alarm_rule that CloudWatch cannot read", fix)
            continue
        yield from _strange(alarm, [call[2].strip('"') for call in _CALL.finditer(rule)], names)
    for service in graph.of_type("aws_ecs_service"):
        for block in blocks(service.attributes.get("alarms")):
            named = [written(graph, value) for value in items(block.get("alarm_names"))]
            yield from _strange(service, [name for name in named if name], names)


def _strange(resource: Resource, named: Iterable[str], known: set[str]) -> Iterator[Finding]:
    for name in dict.fromkeys(named):
        near = misspelt(name, known) if "«" not in name and not name.startswith("arn:") else None
        if near and name not in known:
            yield at(
                resource, f'names the alarm "{clip(name)}", which the stack does not make', f'write "{clip(near)}"'
            )


RULE = Rule(
    id="MON266",
    scope="terraform",
    severity=Severity.WARNING,
    title="Name of an alarm or alarm rule is not valid",
    what="The alarm_rule of a composite alarm cannot be read, or it or a service has the name of an alarm with a slip in it.",
    why="AWS rejects it at apply: every alarm that is named must exist.",
    fix="Refer to alarms by `${aws_cloudwatch_metric_alarm.NAME.alarm_name}`.",
    source="https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html (from memory)",
    bad_terraform="""\
resource "aws_cloudwatch_composite_alarm" "web" {
  alarm_name    = "shop-web"
  alarm_rule    = "ALARM(shop-web-cpus) OR ALARM(shop-web-memory)"
  alarm_actions = [aws_sns_topic.alarms.arn]
}
""",
    good_terraform="""\
resource "aws_cloudwatch_composite_alarm" "web" {
  alarm_name    = "shop-web"
  alarm_rule    = "ALARM(${aws_cloudwatch_metric_alarm.cpu.alarm_name}) AND NOT OK(\\"shop-web-memory\\")"
  alarm_actions = [aws_sns_topic.alarms.arn]
}
""",
    check_graph=check,
)
