"""An inline policy: by its name in its role."""

from collections.abc import Iterator

from stage3c.aws.kinds.kind import Aws, Kind, Known, Match


def _find(aws: Aws, known: Known) -> Iterator[Match]:
    told = aws.ask("iam.get_role_policy", RoleName=known["role"], PolicyName=known["name"])
    yield Match(f"{told['RoleName']}:{told['PolicyName']}", by="attachment")


KIND = Kind(
    type="aws_iam_role_policy",
    replaced_by=("name", "role"),
    find=_find,
    missing=("NoSuchEntity",),
    settings={"role": "", "name": ""},
    untagged="part of a role",
    judged_on="arn:{partition}:iam::{account}:role/{role}",
)
