"""Name of a deleted secret stays reserved."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph
from stage3c.rules.rule import Rule, at


def check(graph: Graph) -> Iterator[Finding]:
    """Look at secrets with a fixed name and no recovery window."""
    for secret in graph.of_type("aws_secretsmanager_secret"):
        attributes = secret.attributes
        is_fixed = attributes.get("name") is not None and not secret.lifecycle.prevent_destroy
        if is_fixed and attributes.get("recovery_window_in_days") is None and not graph.is_handed_out(secret):
            yield at(
                secret,
                "has a fixed name and no recovery_window_in_days; after terraform destroy or a replacement, Secrets Manager "
                "keeps the name reserved for 30 days and rejects a new secret of that name",
                "set recovery_window_in_days = 0 where the stack is created often, "
                "recovery_window_in_days = 30 where it is not, or use name_prefix",
            )


RULE = Rule(
    id="SEC280",
    scope="terraform",
    title="Name of a deleted secret stays reserved",
    severity=Severity.NOTE,
    what="A secret has a fixed name and does not state its recovery window. The default is 30 days.",
    why=(
        "A deleted secret keeps its name until the window ends. Creating the stack again fails with "
        "ResourceExistsException or InvalidRequestException: scheduled for deletion."
    ),
    fix="State `recovery_window_in_days`: 0 in development, 7 to 30 in production; or use `name_prefix`.",
    source="https://github.com/hashicorp/terraform-provider-aws/issues/4467",
    bad_terraform="""\
resource "aws_secretsmanager_secret" "api" {
  name = "shop/api"
}
""",
    good_terraform="""\
resource "aws_secretsmanager_secret" "api" {
  name                    = "shop/api"
  recovery_window_in_days = 30
}
""",
    check_graph=check,
)
