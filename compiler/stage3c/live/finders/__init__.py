"""How each type that the compiler emits is found in an account: one file for each family, one entry for each type.

A type whose entry is missing fails a test; one that Terraform cannot import has its reason in `NOT_IMPORTED`.
Ids: the provider's documentation of each type, section Import
(https://registry.terraform.io/providers/hashicorp/aws/latest/docs, 2026-11-24); codes: botocore 1.43.
"""

from typing import Final

from stage3c.live.finders import balancing, containers, domain, identity, monitoring, network, storage
from stage3c.live.finding import Finder

FINDERS: Final[dict[str, Finder]] = {
    **balancing.FINDERS,
    **containers.FINDERS,
    **domain.FINDERS,
    **identity.FINDERS,
    **monitoring.FINDERS,
    **network.FINDERS,
    **storage.FINDERS,
}

NOT_IMPORTED: Final[dict[str, str]] = {
    "aws_acm_certificate_validation": "it only waits for the certificate, and is made anew without touching anything",
}

# What an import would bring into the state, where no value of a secret may stand: it is read and stored once more instead.
STORED_AGAIN: Final[dict[str, str]] = {
    "aws_secretsmanager_secret_version": "an import would write its value into the state, so apply stores the same value "
    "once more, as a new version",
}

# What an import cannot read, since AWS has no such thing or tells it otherwise: the plan after it sets it, in place.
NOT_READ: Final[dict[str, tuple[str, ...]]] = {
    "aws_db_instance": (
        "apply_immediately",
        "final_snapshot_identifier",
        "manage_master_user_password",
        "password_wo_version",
        "skip_final_snapshot",
    ),
    "aws_ecs_service": ("task_definition", "wait_for_steady_state"),
    "aws_route53_record": ("allow_overwrite",),
    "aws_secretsmanager_secret": ("force_overwrite_replica_secret", "recovery_window_in_days"),
    "aws_sns_topic_subscription": ("confirmation_timeout_in_minutes", "endpoint_auto_confirms"),
}
