"""Load balancer arguments exclude or require each other."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.graph import Graph, Ref, Value, blocks
from stage3c.rules.combinations import combined
from stage3c.rules.rule import Rule, at
from stage3c.views.load_balancers import listener_rules


def check(graph: Graph) -> Iterator[Finding]:
    """Look up the combinations of arguments under "balancing", and compare the two places for target groups."""
    yield from combined(graph, "balancing")
    yield from _forwards_twice(graph)


def _forwards_twice(graph: Graph) -> Iterator[Finding]:
    """An action may name one target group in both places; a plan or state shows both, whichever was written.

    https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/lb_listener (from memory)
    """
    for rule in (each for each in listener_rules(graph) if each.resource.spans):
        for action in rule.actions:
            forwards = blocks(action.get("forward"))
            listed = {_name(group.get("arn")) for each in forwards for group in blocks(each.get("target_group"))}
            single = _name(action.get("target_group_arn"))
            if single and listed - {single, ""}:
                cause = "has an action with both target_group_arn and forward, which names other target groups"
                yield at(rule.resource, cause, "remove target_group_arn")


def _name(arn: Value) -> str:
    """What tells one target group from another: its address or its ARN; empty where that is not known."""
    return arn.address if isinstance(arn, Ref) else arn if isinstance(arn, str) else ""


RULE = Rule(
    id="LBA230",
    scope="terraform",
    title="Load balancer arguments exclude or require each other",
    what="A load balancer, listener, rule or target group has arguments that AWS does not accept together.",
    why="AWS rejects the resource at apply, after Terraform has created others.",
    fix="Remove or set the argument that the finding names.",
    source="facts/combinations.json",
    bad_terraform="""\
resource "aws_lb_target_group" "web" {
  name                          = "shop-web"
  vpc_id                        = aws_vpc.main.id
  port                          = 8080
  protocol                      = "HTTP"
  target_type                   = "ip"
  slow_start                    = 60
  load_balancing_algorithm_type = "least_outstanding_requests"
  health_check {
    path    = "/ready"
    matcher = "200"
  }
}
""",
    check_graph=check,
)
