"""Target group has no listener or service."""

from collections.abc import Iterator
from typing import Final

from stage3c.diagnostics import Finding
from stage3c.graph import Graph, blocks, is_known, refs_in
from stage3c.rules.rule import Rule
from stage3c.rules.task_facts import at, listener_rules, listeners, load_balancers, target_groups

_FILLERS: Final = ("aws_autoscaling_group", "aws_codedeploy_deployment_group", "aws_ecs_task_set")
_KEYS: Final = ("", "arn", "id", "name")
"""By these attributes in an output, another stack can bind what this one makes."""


def check(graph: Graph) -> Iterator[Finding]:
    """Compare both sides; where a module or an unknown listener may bind it, nothing is said."""
    sides = [*listeners(graph), *listener_rules(graph)]
    arguments = [side.attributes.get(key) for side in sides for key in ("default_action", "action")]
    open_world = not all(is_known(argument) for argument in arguments)
    bound = {ref.address for argument in arguments for ref in refs_in(argument)}
    services = graph.of_type("aws_ecs_service")
    filled = {ref.address for service in services for ref in refs_in(service.attributes.get("load_balancer"))}
    shown = {
        ref.address for output in graph.outputs.values() for ref in refs_in(output.value) if ref.attribute in _KEYS
    }
    for group in target_groups(graph):
        others = [user for user in graph.users(group) if "attachment" in user.type or user.type in _FILLERS]
        if graph.is_handed_out(group) or not group.certain or group.address in shown:
            continue
        if group.address in filled and group.address not in bound and not open_world:
            yield at(
                group,
                "is used by a service, but no listener forwards to it",
                f"set target_group_arn = {group.address}.arn in a listener or listener rule",
            )
        elif group.address not in filled and not others and group.attributes.get("target_type", "instance") == "ip":
            yield at(
                group,
                "is used by no service",
                f"set target_group_arn = {group.address}.arn in the load_balancer block of a service, or remove it",
            )
    for service in services:
        for block in blocks(service.attributes.get("load_balancer")):
            if block.get("target_group_arn") is None and block.get("elb_name") is None:
                yield at(
                    service,
                    "has a load_balancer block without target_group_arn",
                    "set target_group_arn = aws_lb_target_group.NAME.arn",
                )
    for balancer in load_balancers(graph):
        handed = graph.is_handed_out(balancer) or not balancer.certain or balancer.address in shown
        if not handed and not any(listener in graph.users(balancer) for listener in listeners(graph)):
            yield at(balancer, "has no listener", "add an aws_lb_listener, or remove it")


RULE = Rule(
    id="SVC203",
    scope="terraform",
    title="Target group has no listener or service",
    what=(
        "A service uses a target group without a listener, or no service uses it; or a load balancer has no listener."
    ),
    why=(
        "AWS rejects the service: the target group does not have an associated load balancer; or clients get "
        "status 503."
    ),
    fix="Forward to it from a listener or rule, and set it in the load_balancer block of a service.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service_definition_parameters.html (2026-11-24)",
    bad_terraform="""\
resource "aws_lb_listener" "https" {
  load_balancer_arn = aws_lb.web.arn
  port              = 443
  protocol          = "HTTPS"
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-2021-06"
  certificate_arn   = aws_acm_certificate_validation.web.certificate_arn
  default_action {
    type = "fixed-response"
    fixed_response {
      content_type = "text/plain"
      status_code  = "404"
    }
  }
}
""",
    check_graph=check,
)
