"""Output shows a secret."""

from collections.abc import Iterator
from typing import Final

from stage3c.diagnostics import Finding
from stage3c.graph import Graph, Ref, refs_in
from stage3c.rules.rule import Rule

_SECRETS: Final = {
    ("random_password", "result"),
    ("aws_db_instance", "password"),
    ("aws_rds_cluster", "master_password"),
    ("aws_secretsmanager_secret_version", "secret_string"),
    ("aws_ssm_parameter", "value"),
    ("aws_iam_access_key", "secret"),
    ("tls_private_key", "private_key_pem"),
}
"""Types with the attributes that their providers mark as sensitive."""


def check(graph: Graph) -> Iterator[Finding]:
    """Terraform refuses an output of the root module with a sensitive value, unless it says so."""
    for name, output in graph.outputs.items():
        shown = [ref for ref in refs_in(output.value) if _is_secret(graph, ref)] if output.is_open else []
        if shown:
            cause = f"Output {name} shows {shown[0].address}.{shown[0].attribute}, and is not marked as sensitive."
            yield Finding(cause, "remove the output, or set sensitive = true.", span=output.span)


def _is_secret(graph: Graph, ref: Ref) -> bool:
    target = graph.target(ref)
    return target is not None and (target.type, ref.attribute) in _SECRETS


RULE = Rule(
    id="SEC235",
    scope="terraform",
    title="Output shows a secret",
    what="An output has a password or key as its value, and is not marked as sensitive.",
    why="Terraform rejects it: Output refers to sensitive values. Marked, it is still in the state as plain text.",
    fix="Remove the output, and read the secret where it is stored; or set `sensitive = true`.",
    source="https://developer.hashicorp.com/terraform/language/values/outputs (from memory)",
    bad_terraform="""\
resource "random_password" "api" {
  length = 32
}

output "api_key" {
  value = random_password.api.result
}
""",
    good_terraform="""\
resource "random_password" "api" {
  length = 32
}

output "api_key" {
  value     = random_password.api.result
  sensitive = true
}
""",
    check_graph=check,
)
