"""Reference to an undeclared resource."""

from stage3c.rules.rule import Rule

RULE = Rule(
    id="AUD107",
    scope="terraform",
    title="Reference to an undeclared resource",
    what="An expression refers to a resource, variable, local value, module or output that is not declared.",
    why="`terraform validate` rejects it.",
    fix="Write the name that the finding suggests, or declare it.",
    source="https://developer.hashicorp.com/terraform/language/expressions/references",
    bad_terraform="""\
resource "aws_subnet" "private_a" {
  vpc_id     = aws_vpc.mian.id
  cidr_block = "10.0.2.0/24"
}
""",
)
