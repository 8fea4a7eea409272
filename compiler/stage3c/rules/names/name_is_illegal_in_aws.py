"""A name that AWS does not take."""

from collections.abc import Iterator

from stage3c.aws.names import broken_rules
from stage3c.diagnostics import Finding, clip
from stage3c.graph import Graph
from stage3c.rules.rule import Rule, at
from stage3c.views.resource_names import resource_names


def check(graph: Graph) -> Iterator[Finding]:
    """Judge every name that is known in full."""
    for resource in graph.resources.values():
        if resource.mode == "resource":
            for limit, name in resource_names(resource):
                for broken in broken_rules(limit, name):
                    cause = f'has the {limit.attribute} "{clip(name)}", which {broken}'
                    yield at(resource, cause, "choose another name")


RULE = Rule(
    id="NAM201",
    scope="terraform",
    title="Name is illegal in AWS",
    what="A name breaks a rule of AWS: its length, its characters, its start or its end.",
    why="AWS refuses it at apply; a load balancer name over 32 characters is how it begins.",
    fix="Shorten it, or leave out what AWS does not take; stage3c check-name TYPE.ATTRIBUTE NAME judges one.",
    source="facts/names.json",
    bad_terraform="""\
resource "aws_lb" "internal" {
  name = "agentic-aws-stage3v3-internal-alb-for-everything"
}
""",
    good_terraform="""\
resource "aws_lb" "internal" {
  name = "stage3v3-internal"
}
""",
    check_graph=check,
)
