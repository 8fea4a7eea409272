"""The images that the services start from, in the stack's own repositories."""

import shlex
from collections.abc import Iterator

from compiler.live.account import Account, Json, found
from compiler.live.check import Check, Problem
from compiler.live.existing import names_of
from compiler.model.stack import Stack


def ask(account: Account, stack: Stack) -> Json:
    """By service: whether its tag is pushed. A repository that is not there yet is made by the apply, so it is left out."""
    client = account.client("ecr")
    asked = (
        (name, _pushed(client, repository, stack.services[name].tag)) for name, repository in _built(stack).items()
    )
    return {name: pushed for name, pushed in asked if pushed is not None} or None


def judge(stack: Stack, answer: Json) -> Iterator[Problem]:
    """A service whose image is missing starts no task, and its deployment is rolled back."""
    repositories = _built(stack)
    for name, is_there in sorted(answer.items()):
        if is_there or name not in repositories:
            continue
        service, repository = stack.services[name], repositories[name]
        platform = {"x86_64": "linux/amd64", "arm64": "linux/arm64"}[service.architecture]
        image = shlex.quote(f"<registry>/{repository}:{service.tag}")
        cause = f"repository {repository} has no image {service.tag}, from which service {name} starts."
        yield Problem(
            cause, f"docker buildx build --platform {platform} --push -t {image} {shlex.quote(str(service.build))}"
        )


def _built(stack: Stack) -> dict[str, str]:
    return names_of(stack, "aws_ecr_repository")


def _pushed(client: Json, repository: str, tag: str) -> bool | None:
    """Whether a tag is there; None where not even the repository is."""
    if found(lambda: client.describe_repositories(repositoryNames=[repository]), "RepositoryNotFoundException") is None:
        return None
    tags = [{"imageTag": tag}]
    image = found(lambda: client.describe_images(repositoryName=repository, imageIds=tags), "ImageNotFoundException")
    return image is not None


CHECK = Check(
    id="PRE108",
    title="Images are pushed",
    why="Tasks whose image is missing cannot start, and the circuit breaker rolls the deployment back.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html",
    ask=ask,
    judge=judge,
)
