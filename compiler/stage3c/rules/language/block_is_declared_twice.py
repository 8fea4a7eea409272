"""Block is declared twice."""

from stage3c.rules.rule import Rule

RULE = Rule(
    id="AUD106",
    scope="terraform",
    title="Block is declared twice",
    what="Two blocks of a module have the same type and labels, or two local values the same name.",
    why="Terraform rejects it.",
    fix="Remove or rename one of the two.",
    source="https://developer.hashicorp.com/terraform/language/resources/syntax",
    bad_terraform="""\
resource "aws_eip" "a" {}

resource "aws_eip" "a" {}
""",
)
