"""The images that the services start from, in the stack's own repositories."""

import shlex
from collections.abc import Iterator

from compiler.live.account import Account, Json, found
from compiler.live.check import Check, Problem
from compiler.model.stack import Stack
from compiler.resources.naming import named

_NO_REPOSITORY = "RepositoryNotFoundException"
_NO_IMAGE = "ImageNotFoundException"


def ask(account: Account, stack: Stack) -> Json:
    """By service: whether its tag is pushed. A repository that is not there yet is made by the apply, so it is left out."""
    client = account.client("ecr")
    pushed = {}
    for name, repository in _repositories(stack).items():
        there = found(lambda: client.describe_repositories(repositoryNames=[repository]), _NO_REPOSITORY)  # noqa: B023 - asked at once
        if there is None:
            continue
        tag = [{"imageTag": stack.services[name].tag}]
        image = found(lambda: client.describe_images(repositoryName=repository, imageIds=tag), _NO_IMAGE)  # noqa: B023 - likewise
        pushed[name] = image is not None
    return pushed or None


def judge(stack: Stack, answer: Json) -> Iterator[Problem]:
    """A service whose image is missing starts no task, and its deployment is rolled back."""
    repositories = _repositories(stack)
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


def _repositories(stack: Stack) -> dict[str, str]:
    built = (name for name, service in stack.services.items() if service.build)
    return {name: named(stack, "aws_ecr_repository.name", name, separator="/") for name in built}


CHECK = Check(
    id="PRE108",
    title="Images are pushed",
    why="Tasks whose image is missing cannot start, and the circuit breaker rolls the deployment back.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html",
    ask=ask,
    judge=judge,
)
