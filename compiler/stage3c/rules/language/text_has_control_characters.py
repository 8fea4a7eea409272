"""Text has control characters."""

from stage3c.rules.rule import Rule

RULE = Rule(
    id="SPEC011",
    title="Text has control characters",
    what="A key or a value has characters that control a terminal, or the direction in which text is read.",
    why="The text reads otherwise than it is: an address that looks right leads elsewhere.",
    fix="Type the text anew.",
    source="https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing (2026-11-28)",
    bad="""\
project: "sh\\u202Eop"
""",
    good="""\
project: shop
""",
)
