"""AWS name is not valid."""

from collections.abc import Iterator

from stage3c.aws.names import NameLimit, broken_rules, shorten
from stage3c.diagnostics import Finding, clip
from stage3c.graph import Graph
from stage3c.rules.rule import Rule, at
from stage3c.views.resource_names import joined_names, resource_names


def check(graph: Graph) -> Iterator[Finding]:
    """Judge every name that is known in full."""
    for resource in graph.resources.values():
        if resource.mode == "resource":
            for limit, name in (*resource_names(resource), *joined_names(graph, resource)):
                for broken in broken_rules(limit, name):
                    yield at(resource, f'has {limit.attribute} "{clip(name)}", which {broken}', _fix(limit, name))


def _fix(limit: NameLimit, name: str) -> str:
    made = shorten(name, limit)
    return f'set {limit.attribute} = "{made}"' if not broken_rules(limit, made) else "set a shorter, plain name"


RULE = Rule(
    id="NAM201",
    scope="terraform",
    title="AWS name is not valid",
    what="A name breaks an AWS rule: its length, characters, start or end.",
    why="AWS rejects it at apply, for example a load balancer name longer than 32 characters.",
    fix="Shorten the name or remove the invalid characters; `stage3c check-name aws_lb.name NAME` checks one.",
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
