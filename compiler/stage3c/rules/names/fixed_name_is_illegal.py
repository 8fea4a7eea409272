"""Fixed AWS name is not valid."""

from collections.abc import Iterator

from stage3c.aws.names import judge, limit_for, shorten
from stage3c.diagnostics import Finding, Path, clip, format_path
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Judge every name that was fixed by hand."""
    for path, kind, name in _fixed(stack):
        verdict = judge(kind, name)
        limit = limit_for(kind)
        if verdict.broken and limit:
            made = shorten(name, limit)
            advice = f"write `{path[-1]}: {made}`, or remove it" if judge(kind, made).legal else "remove it"
            reasons = "; it ".join(clip(reason, 160) for reason in verdict.broken)
            cause = f'{format_path(path)} is "{clip(name)}", which {reasons}.'
            yield Finding(cause, f"{advice} for a generated name.", path)


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
    title="Fixed AWS name is not valid",
    what=(
        "`name` of a load balancer or `target_group_name` is too long, or contains characters that AWS does not accept."
    ),
    why="AWS rejects it at apply. Generated names are shortened, but a fixed name is used as it is.",
    fix="Write the name that the finding suggests, or remove it for a generated name.",
    source="facts/names.json; botocore 1.43.11 data/elbv2 CreateLoadBalancer.Name",
    bad="load_balancers: {internal: {name: agentic-aws-stage3v3-internal-alb}}",
    good="load_balancers: {internal: {name: agentic-aws-internal}}",
    essential=True,
    check_spec=check,
)
