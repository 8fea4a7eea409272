"""A reference to what is not there."""

from stage3c.rules.rule import Rule

RULE = Rule(
    id="AUD107",
    scope="terraform",
    title="Reference names nothing",
    what="An expression refers to a resource, variable, local value, module or output that is declared nowhere.",
    why="Terraform refuses it at validate.",
    fix="Declare it, or mend its name.",
    source="https://developer.hashicorp.com/terraform/language/expressions/references",
    bad_terraform="""\
resource "aws_subnet" "private_a" {
  vpc_id     = aws_vpc.mian.id
  cidr_block = "10.0.2.0/24"
}
""",
)
