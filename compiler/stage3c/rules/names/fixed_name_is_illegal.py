"""A name fixed by hand that AWS refuses."""

from collections.abc import Iterator

from stage3c.aws.names import judge, limit_for, shorten
from stage3c.diagnostics import Finding, Path, clip
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Judge every name that was fixed by hand."""
    for path, kind, name in _fixed(stack):
        verdict = judge(kind, name)
        limit = limit_for(kind)
        if verdict.broken and limit:
            made = shorten(name, limit)
            advice = f'write "{made}", or remove it' if judge(kind, made).legal else "remove it"
            cause = f'"{clip(name)}" {"; it ".join(clip(reason, 160) for reason in verdict.broken)}.'
            yield Finding(cause, f"{advice} to have a name made.", path)


def _fixed(stack: Stack) -> Iterator[tuple[Path, str, str]]:
    for key, balancer in stack.load_balancers.items():
        if balancer.name is not None:
            yield ("load_balancers", key, "name"), "aws_lb.name", balancer.name
    for key, service in stack.services.items():
        route = service.load_balancer
        if route and route.target_group_name is not None:
            yield (
                ("services", key, "load_balancer", "target_group_name"),
                "aws_lb_target_group.name",
                route.target_group_name,
            )


RULE = Rule(
    id="NAM101",
    title="Name fixed by hand is illegal",
    what=(
        "A load balancer's `name` or a target group's `target_group_name` is too long, or has characters "
        "that AWS refuses."
    ),
    why=("AWS says so only at apply time; made names are shortened, but a name that was fixed by hand is not changed."),
    fix="Write the legal name that is shown, or remove it to have one made.",
    source="facts/names.json; botocore 1.43.11 data/elbv2 CreateLoadBalancer.Name",
    bad="load_balancers: {internal: {name: agentic-aws-stage3v3-internal-alb}}",
    good="load_balancers: {internal: {name: agentic-aws-internal}}",
    essential=True,
    check_spec=check,
)
