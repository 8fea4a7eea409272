"""Check needs exactly one method."""

from stage3c.rules.rule import Rule

RULE = Rule(
    id="CHK101",
    title="Check needs exactly one method",
    what="A check names no HTTP method, or several.",
    why="It could not be sent.",
    fix="Write one of `get`, `head`, `post`, `put`, `patch` and `delete` with its path.",
    source="The design of this language.",
    bad="checks: [{status: 200}]",
)
