"""A module whose folder is missing."""

from stage3c.rules.rule import Rule

RULE = Rule(
    id="AUD102",
    scope="terraform",
    title="Module folder does not exist",
    what="There is no Terraform where the command, or the source of a module, says.",
    why="What is meant to be there is not judged.",
    fix="Mend the path; a local source starts with ./ or ../.",
    source="https://developer.hashicorp.com/terraform/language/modules/sources#local-paths",
    bad_terraform="""\
module "network" {
  source = "./nowhere"
}
""",
)
