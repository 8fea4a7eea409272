"""A name that AWS does not take."""

from collections.abc import Iterator

from stage3c.aws.names import broken_rules
from stage3c.diagnostics import Finding, clip
from stage3c.graph import Graph
from stage3c.rules.rule import Rule
from stage3c.rules.task_facts import at
from stage3c.views.resource_names import resource_names


def check(graph: Graph) -> Iterator[Finding]:
    """Judge every name that is known in full."""
    for resource in graph.resources.values():
        if resource.mode == "resource":
            for limit, name in resource_names(resource):
                for broken in broken_rules(limit, name):
                    yield at(
                        resource, f'has the {limit.attribute} "{clip(name)}", which {broken}', "choose another name"
                    )


RULE = Rule(
    id="NAM201",
    scope="terraform",
    title="Name is illegal in AWS",
    what="A name breaks a rule of AWS: its length, its characters, its start or its end.",
    why="AWS refuses it at apply; a load balancer name over 32 characters is how it begins.",
    fix="Shorten it, or leave out what AWS does not take; stage3c check-name TYPE.ATTRIBUTE NAME judges one.",
    source="facts/names.json",
    bad_terraform="""\
resource "aws_lb" "web" {
  name            = "shop-web-load-balancer-for-everything"
  subnets         = [aws_subnet.public_a.id, aws_subnet.public_b.id]
  security_groups = [aws_security_group.load_balancer.id]
}
""",
    check_graph=check,
)
