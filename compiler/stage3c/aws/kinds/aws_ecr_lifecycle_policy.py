"""The lifecycle policy of an ECR repository."""

from collections.abc import Iterator

from stage3c.aws.kinds.kind import Aws, Kind, Known, Match


def _find(aws: Aws, known: Known) -> Iterator[Match]:
    told = aws.ask("ecr.get_lifecycle_policy", repositoryName=known["repository"])
    yield Match(told["repositoryName"], by="attachment")


KIND = Kind(
    type="aws_ecr_lifecycle_policy",
    replaced_by=("policy", "repository"),
    find=_find,
    missing=("LifecyclePolicyNotFoundException", "RepositoryNotFoundException"),
    settings={"repository": ""},
    untagged="part of a repository",
    judged_on="arn:{partition}:ecr:{region}:{account}:repository/{repository}",
)
