"""Expected statuses run backwards."""

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
                    f"{span} begins above its end.",
                    f"write {high}-{low}.",
                    ("services", name, "health", "ready", "status"),
                )


RULE = Rule(
    id="HLT108",
    title="Expected statuses run backwards",
    what="A range in `status` begins above its end, or leaves 200 to 499.",
    why="Elastic Load Balancing refuses it at apply; the provider does not look.",
    fix="Write the smaller status first.",
    source="botocore elbv2 Matcher",
    bad="services: {web: {health: {ready: {path: /ready, status: 299-200}}}}",
    good="""services: {web: {health: {ready: {path: /ready, status: "200-299"}}}}""",
    check_spec=check,
)
