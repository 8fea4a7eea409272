"""An ECR repository: by its name."""

from collections.abc import Iterator

from stage3c.aws.kinds.kind import Aws, Kind, Known, Match, Removal, Tags, Thing, first, of_arn, tags_of


def _find(aws: Aws, known: Known) -> Iterator[Match]:
    for each in aws.ask("ecr.describe_repositories", repositoryNames=[known["name"]])["repositories"]:
        told = {"arn": each["repositoryArn"], "repository_url": each["repositoryUri"]}
        yield Match(each["repositoryName"], told)


def _tags(aws: Aws, thing: Thing) -> Tags:
    return tags_of(aws.ask("ecr.list_tags_for_resource", resourceArn=thing.told["repositoryArn"]).get("tags"))


def _data(aws: Aws, thing: Thing) -> str:
    images = aws.ask("ecr.list_images", repositoryName=thing.identity, maxResults=1)["imageIds"]
    return "it contains images" if images else ""


def _listed(aws: Aws, stack: str) -> Iterator[str]:
    for each in aws.all("ecr.describe_repositories", "repositories"):
        if each["repositoryName"].replace("/", "-").startswith(stack):
            yield each["repositoryName"]


KIND = Kind(
    type="aws_ecr_repository",
    replaced_by=("name",),
    holds="its images",
    find=_find,
    missing=("RepositoryNotFoundException",),
    name="name",
    look=first("ecr.describe_repositories", "repositories", "repositoryNames", "RepositoryNotFoundException"),
    tags=_tags,
    listed=_listed,
    of_arn=of_arn(r"ecr:[^:]*:[^:]*:repository/(?P<id>.+)"),
    arn="arn:{partition}:ecr:{region}:{account}:repository/{name}",
    settings={"name": "repositoryName"},
    removal=Removal(("ecr delete-repository --repository-name {id}",), data=_data, after=("aws_ecs_task_definition",)),
)
