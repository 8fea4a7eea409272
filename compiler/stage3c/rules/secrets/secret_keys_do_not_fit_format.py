"""Keys of a secret do not match its format."""

from stage3c.rules.rule import Rule

RULE = Rule(
    id="SEC103",
    title="Keys of a secret do not match its format",
    what="A JSON secret has no keys, or a plain secret has keys.",
    why="ECS reads a key from JSON; a plain secret has none, so the task would fail to start.",
    fix="Add `keys: [api_key]`, or write `format: plain`.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html",
    bad="secrets: {stripe: {format: plain}}",
    good="secrets: {other: {keys: [one]}}",
)
