"""Default route moves to another load balancer; see `change.steps`."""

from stage3c.rules.rule import Rule

RULE = Rule(
    id="LBA126",
    title="Default route moves to another load balancer",
    what="A service moves to another load balancer, and is the default route of one of them.",
    why=(
        "A target group can be used by one load balancer at a time, and Terraform updates both listeners at the "
        "same time, so the apply fails."
    ),
    fix="Move it in the steps that the finding lists.",
    source=(
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-target-groups.html "
        "(2026-11-28)"
    ),
    essential=True,
    bad="services: {web: {load_balancer: internal}}\n",
)
