"""A state that may be lost or broken."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph, flag
from stage3c.rules.rule import Rule
from stage3c.rules.task_facts import at


def check(graph: Graph) -> Iterator[Finding]:
    """Look at the backend; without one it is a module of somebody's, or its settings come from elsewhere."""
    backend = graph.backend
    if backend is None or "kind" in backend or backend.get("bucket") is None:
        return  # without a bucket it is a partial configuration, whose rest comes by -backend-config
    missing = []
    if flag(backend.get("encrypt"), default=False) is False:
        missing.append("no encryption")
    locked = backend.get("dynamodb_table") is not None or flag(backend.get("use_lockfile"), default=False) is not False
    if not locked:
        missing.append("no lock")
    if missing:
        yield Finding(
            f"the s3 backend has {' and '.join(missing)}.",
            "set encrypt and use_lockfile to true.",
            span=graph.backend_span,
        )
    for bucket in graph.of_type("aws_s3_bucket"):
        if bucket.attributes.get("bucket") == backend.get("bucket") and backend.get("bucket") is not None:
            yield at(bucket, "is where the state of this very stack is kept", "make it in a stack of its own")


RULE = Rule(
    id="STA201",
    scope="terraform",
    title="State is not safe",
    what="The configuration names no remote backend, or one without encryption or a lock.",
    why="State on one laptop is lost with it, and two people who apply at once break it.",
    fix="Use the s3 backend with encrypt and use_lockfile or dynamodb_table.",
    source="https://developer.hashicorp.com/terraform/language/backend/s3 (2026-11-24)",
    severity=Severity.WARNING,
    bad_terraform="""\
terraform {
  backend "s3" {
    bucket = "state-of-shop"
    key    = "shop/terraform.tfstate"
    region = "eu-west-1"
  }
}
""",
    good_terraform="""\
terraform {
  backend "s3" {
    bucket       = "state-of-shop"
    key          = "shop/terraform.tfstate"
    region       = "eu-west-1"
    encrypt      = true
    use_lockfile = true
  }
}
""",
    check_graph=check,
)
