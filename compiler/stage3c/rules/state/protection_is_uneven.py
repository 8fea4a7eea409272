"""Protection is turned off in a stack that otherwise has it."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph, Resource, Value, flag, number
from stage3c.rules.rule import Rule, at

_Off = Callable[[Value], bool]
_SIGNS: Final = {
    "aws_db_instance": ("deletion_protection", "multi_az"),
    "aws_rds_cluster": ("deletion_protection",),
    "aws_lb": ("enable_deletion_protection",),
}
"""Nobody pays for a standby or blocks deletion in a stack that may be lost."""


def _false(value: Value) -> bool:
    return flag(value) is False


def _true(value: Value) -> bool:
    return flag(value) is True


def _below(bound: int, least: int = 0) -> _Off:
    return lambda value: (found := number(value)) is not None and least <= found < bound


_PRIMARY: Final[Mapping[str, tuple[_Off, str]]] = {
    "deletion_protection": (_false, "set deletion_protection = true"),
    "skip_final_snapshot": (_true, "set skip_final_snapshot = false, and a final_snapshot_identifier"),
    "backup_retention_period": (_below(7), "set backup_retention_period = 7 or more"),
    "copy_tags_to_snapshot": (_false, "set copy_tags_to_snapshot = true"),
}
_WEAKENED: Final[Mapping[str, Mapping[str, tuple[_Off, str]]]] = {
    "aws_db_instance": {**_PRIMARY, "multi_az": (_false, "set multi_az = true")},
    "aws_rds_cluster": _PRIMARY,
    "aws_lb": {"enable_deletion_protection": (_false, "set enable_deletion_protection = true")},
    "aws_s3_bucket": {"force_destroy": (_true, "remove force_destroy")},
    "aws_ecr_repository": {"force_delete": (_true, "remove force_delete")},
    "aws_secretsmanager_secret": {"recovery_window_in_days": (_below(1), "set recovery_window_in_days = 30")},
    "aws_dynamodb_table": {"deletion_protection_enabled": (_false, "set deletion_protection_enabled = true")},
    "aws_cloudwatch_log_group": {"retention_in_days": (_below(7, least=1), "set retention_in_days = 30")},
}


def check(graph: Graph) -> Iterator[Finding]:
    """Look for what is written as off, where something else of the stack is written as protected."""
    signs = {
        resource.address for kind, keys in _SIGNS.items() for resource in graph.of_type(kind) if _is_on(resource, keys)
    }
    for kind, arguments in _WEAKENED.items():
        for resource in graph.of_type(kind) if signs else ():
            if not resource.spans or resource.attributes.get("replicate_source_db") is not None:
                continue  # a plan or state also holds defaults that nobody wrote; a replica holds nothing of its own
            for key, (is_off, fix) in arguments.items():
                value = resource.attributes.get(key)
                if is_off(value):
                    yield at(resource, f"has {key} = {str(value).lower()}, but {min(signs)} is protected", fix)


def _is_on(resource: Resource, keys: tuple[str, ...]) -> bool:
    return any(flag(resource.attributes.get(key)) is True for key in keys)


RULE = Rule(
    id="STA231",
    scope="terraform",
    title="Protection is turned off in a stack that otherwise has it",
    what=(
        "A database, bucket, repository, secret or load balancer has no backups, no standby or no protection against "
        "deletion, although another resource of the stack has it."
    ),
    why="One mistaken destroy or one failed zone loses what is left unprotected.",
    fix="Protect everything, or nothing where the whole stack may be lost.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html (from memory)",
    severity=Severity.WARNING,
    bad_terraform="""\
resource "aws_lb" "web" {
  name                       = "shop-web"
  subnets                    = [aws_subnet.public_a.id, aws_subnet.public_b.id]
  security_groups            = [aws_security_group.load_balancer.id]
  enable_deletion_protection = false
  depends_on                 = [aws_route_table_association.public_a, aws_route_table_association.public_b]
}
""",
    check_graph=check,
)
