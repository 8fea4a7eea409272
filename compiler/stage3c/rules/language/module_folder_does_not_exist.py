"""Module folder does not exist."""

from stage3c.rules.rule import Rule

RULE = Rule(
    id="AUD102",
    scope="terraform",
    title="Module folder does not exist",
    what="The path, or the source of a module, has no Terraform files.",
    why="Its resources are not checked.",
    fix='Correct the path; a local source starts with ./ or ../, such as `source = "./modules/network"`.',
    source="https://developer.hashicorp.com/terraform/language/modules/sources#local-paths",
    bad_terraform="""\
module "network" {
  source = "./nowhere"
}
""",
)
