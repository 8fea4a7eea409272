"""Text has control characters."""

from stage3c.rules.rule import Rule

RULE = Rule(
    id="SPEC011",
    title="Text has control characters",
    what="A key or a value has invisible characters that control a terminal or the direction of text.",
    why="The text looks different from what it is, so an address that looks right can lead elsewhere.",
    fix="Type the text again.",
    source="https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing (2026-11-28)",
    bad="""\
project: "sh\\u202Eop"
""",
    good="""\
project: shop
""",
)
