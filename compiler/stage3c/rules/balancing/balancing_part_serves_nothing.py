"""Load balancer, target group or web ACL is not used."""

from collections.abc import Iterator
from typing import Final

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph
from stage3c.rules.binding_facts import filled_groups, may_be_bound
from stage3c.rules.rule import Rule, at
from stage3c.views.load_balancers import load_balancers

_FILLERS: Final = ("aws_autoscaling_group", "aws_codedeploy_deployment_group", "aws_ecs_task_set")
_WATCHERS: Final = (
    "aws_wafv2_web_acl_logging_configuration",
    "aws_cloudwatch_metric_alarm",
    "aws_cloudwatch_dashboard",
)


def check(graph: Graph) -> Iterator[Finding]:
    """Look for listeners and targets; both may also come from outside Terraform, and AWS accepts the part without."""
    filled = filled_groups(graph)
    for group in graph.of_type("aws_lb_target_group"):
        others = [user for user in graph.users(group) if "attachment" in user.type or user.type in _FILLERS]
        is_of_tasks = group.attributes.get("target_type", "instance") == "ip"
        if is_of_tasks and group.address not in filled and not others and not may_be_bound(graph, group):
            fix = f"set target_group_arn = {group.address}.arn in the load_balancer block of a service, or remove it"
            yield at(group, "is used by no service", fix)
    for balancer in load_balancers(graph):
        has_listener = any(listener.resource.mode == "resource" for listener in balancer.listeners)
        if not has_listener and not may_be_bound(graph, balancer.resource):
            yield at(balancer.resource, "has no listener", "add an aws_lb_listener, or remove it")
    for acl in graph.of_type("aws_wafv2_web_acl"):
        is_used = any(user.type not in _WATCHERS for user in graph.users(acl))
        if acl.attributes.get("scope") == "REGIONAL" and not is_used and not may_be_bound(graph, acl):
            yield at(
                acl,
                "is not associated with anything",
                "add an aws_wafv2_web_acl_association with the ARN of the load balancer",
            )


RULE = Rule(
    id="LBA223",
    scope="terraform",
    title="Load balancer, target group or web ACL is not used",
    severity=Severity.WARNING,
    what="A load balancer has no listener, a target group has no service, or a web ACL is not associated with anything.",
    why="Clients get no response or status 503, or are not filtered, unless what is missing is made outside Terraform.",
    fix="Add the listener, set the target group in the load_balancer block of a service, or remove what is not used.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-listeners.html (2026-11-28)",
    bad_terraform="""\
resource "aws_lb_target_group" "spare" {
  name_prefix = "spare-"
  vpc_id      = aws_vpc.main.id
  port        = 8080
  protocol    = "HTTP"
  target_type = "ip"
}
""",
    check_graph=check,
)
