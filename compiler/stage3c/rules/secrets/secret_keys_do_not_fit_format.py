"""Secret's keys do not fit its format."""

from stage3c.rules.rule import Rule

RULE = Rule(
    id="SEC103",
    title="Secret's keys do not fit its format",
    what="A JSON secret lists no keys, or a plain one lists some.",
    why="A key of a plain secret cannot be injected, since ECS would read the text as JSON and fail.",
    fix="Give `keys`, or write `format: plain`.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html",
    bad="secrets: {stripe: {format: plain}}",
    good="secrets: {other: {keys: [one]}}",
)
