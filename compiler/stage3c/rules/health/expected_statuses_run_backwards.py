"""Range of status codes is reversed."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Look at each range."""
    for name, service in stack.services.items():
        ready = service.health.ready
        for span in ready.status.replace(",", " ").split() if ready else []:
            low, _, high = span.partition("-")
            if high and int(low) > int(high):
                yield Finding(
                    f"status {span} of services.{name} starts above its end.",
                    f'write `status: "{high}-{low}"`.',
                    ("services", name, "health", "ready", "status"),
                )


RULE = Rule(
    id="HLT108",
    title="Range of status codes is reversed",
    what="A range in `status` starts above its end.",
    why="Elastic Load Balancing rejects it at apply; the provider does not check it.",
    fix='Write the lower code first, such as `status: "200-299"`.',
    source="botocore elbv2 Matcher",
    bad="services: {web: {health: {ready: {path: /ready, status: 299-200}}}}",
    good="""services: {web: {health: {ready: {path: /ready, status: "200-299"}}}}""",
    check_spec=check,
)
