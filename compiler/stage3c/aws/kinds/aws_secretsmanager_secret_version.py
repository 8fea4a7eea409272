"""The version of a secret that is in force, by its id; its value is never asked for."""

from collections.abc import Iterator

from stage3c.aws.kinds.kind import Aws, Kind, Known, Match


def _find(aws: Aws, known: Known) -> Iterator[Match]:
    told = aws.ask("secretsmanager.describe_secret", SecretId=known["secret_id"])
    for version, stages in (told.get("VersionIdsToStages") or {}).items():
        if "AWSCURRENT" in stages:
            yield Match(f"{known['secret_id']}|{version}", by="attachment")


KIND = Kind(
    type="aws_secretsmanager_secret_version",
    replaced_by=("secret_id", "secret_string_wo_version"),
    find=_find,
    missing=("ResourceNotFoundException",),
    settings={"secret_id": ""},
    untagged="part of a secret",
    judged_on="arn:{partition}:secretsmanager:{region}:{account}:secret:{secret_id}-{*}",
    stored_again="an import would write its value into the state, so apply stores the same value once more, as a new version",
)
