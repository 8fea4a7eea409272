"""Two blocks of one name."""

from stage3c.rules.rule import Rule

RULE = Rule(
    id="AUD106",
    scope="terraform",
    title="Block is declared twice",
    what="Two blocks or two local values of one module have the same name.",
    why="Terraform refuses it: a resource may be declared once.",
    fix="Rename or remove one of them.",
    source="https://developer.hashicorp.com/terraform/language/resources/syntax",
    bad_terraform="""\
resource "aws_eip" "a" {}

resource "aws_eip" "a" {}
""",
)
