"""Terraform state is not encrypted or locked."""

import re
from collections.abc import Iterator
from typing import Final

from stage3c.diagnostics import Finding, Severity, clip
from stage3c.graph import Graph, flag, is_known
from stage3c.rules.rule import Rule, at

_REGION: Final = re.compile(r"[a-z]{2,4}(-[a-z]+){1,3}-[0-9]{1,2}")


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
            "set encrypt = true and use_lockfile = true.",
            span=graph.backend_span,
        )
    region = backend.get("region")
    elsewhere = any(backend.get(key) for key in ("endpoint", "endpoints", "skip_region_validation"))
    if isinstance(region, str) and is_known(region) and not elsewhere and not _REGION.fullmatch(region):
        cause = f'the s3 backend has region "{clip(region)}", which is not of the form us-east-1.'
        yield Finding(cause, "set region to that of the state bucket.", span=graph.backend_span)
    for bucket in graph.of_type("aws_s3_bucket"):
        if bucket.attributes.get("bucket") == backend.get("bucket") and backend.get("bucket") is not None:
            yield at(bucket, "stores the state of this stack, which also creates it", "create it in a separate stack")


RULE = Rule(
    id="STA201",
    scope="terraform",
    title="Terraform state is not encrypted or locked",
    what="The s3 backend has no encryption, no lock or a malformed region.",
    why="Two people who apply at the same time corrupt an unlocked state.",
    fix="Set `encrypt = true` and `use_lockfile = true` in the s3 backend.",
    source="https://developer.hashicorp.com/terraform/language/backend/s3 (2026-11-24)",
    severity=Severity.WARNING,
    bad_terraform="""\
terraform {
  backend "s3" {
    bucket = "shop-terraform-state"
    key    = "shop/terraform.tfstate"
    region = "eu-west-1"
  }
}
""",
    check_graph=check,
)
