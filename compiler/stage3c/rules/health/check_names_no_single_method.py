"""Check requires exactly one method."""

from stage3c.rules.rule import Rule

RULE = Rule(
    id="CHK101",
    title="Check requires exactly one method",
    what="A check has no HTTP method, or several.",
    why="It is not clear which request to send.",
    fix="Write one of get, head, post, put, patch and delete, such as `get: /health`.",
    source="The design of this language.",
    bad="checks: [{status: 200}]",
)
