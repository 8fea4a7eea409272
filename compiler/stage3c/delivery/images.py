"""The images that a stack's own services start from: which of them are pushed, and how the others get there."""

import base64
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from stage3c.aws.kinds.kind import Unanswered
from stage3c.delivery.engines import Engine
from stage3c.delivery.logins import private_login
from stage3c.live.account import Account, LiveError
from stage3c.live.existing import names_of
from stage3c.pipeline import Build

_MISSING: Final = ("ImageNotFoundException", "RepositoryNotFoundException")


@dataclass(frozen=True, slots=True)
class Image:
    """One image that is built here."""

    service: str
    folder: str
    architecture: str
    repository: str
    tag: str


def images_of(build: Build, services: Sequence[str]) -> Iterator[Image]:
    """Those of the services that have a folder here; the others start from images that exist."""
    names = names_of(build.stack, "aws_ecr_repository")
    for key in services:
        service = build.stack.services[key]
        if service.build is not None:
            yield Image(key, service.build, service.architecture, names[key], service.tag)


def digest_of(account: Account, image: Image) -> str:
    """The digest under which an image is pushed; empty if it is not."""
    asked = {"repositoryName": image.repository, "imageIds": [{"imageTag": image.tag}]}
    told = account.maybe("ecr.describe_images", *_MISSING, **asked)
    return str(told["imageDetails"][0]["imageDigest"]) if told and told["imageDetails"] else ""


def push(
    account: Account, engine: Callable[[], Engine], images: Sequence[Image], tell: Callable[[str], None]
) -> list[str]:
    """Build and push what is missing: a sentence with the digest of each image. The login to the registry ends with it."""
    told = []
    logged_in: tuple[Engine, str] | None = None
    with ExitStack() as held:
        for image in images:
            digest = digest_of(account, image)
            if digest:
                told.append(f"{image.service}: {image.repository}:{image.tag} is pushed already, {digest}")
                continue
            _require_folder(image)
            logged_in = logged_in or _logged_in(account, engine(), held)
            digest = _push(account, image, *logged_in, tell)
            told.append(f"{image.service}: pushed {image.repository}:{image.tag}, {digest}")
    return told


def _push(account: Account, image: Image, program: Engine, registry: str, tell: Callable[[str], None]) -> str:
    """Build and push one image: its digest."""
    name = f"{registry}/{image.repository}:{image.tag}"
    tell(f"{image.service}: building {image.folder} for {image.architecture} with {program.program}")
    program.build(image.folder, image.architecture, name)
    program.push(name)
    digest = digest_of(account, image)
    if not digest:
        cause = f"{program.program} pushed {name}, and ECR does not have it."
        raise LiveError(cause, "check which registry the program pushes to, then run the same command again.")
    return digest


def _require_folder(image: Image) -> None:
    if not (Path(image.folder) / "Dockerfile").is_file():
        cause = f"{image.folder} has no Dockerfile, from which the image of service {image.service} is built."
        raise LiveError(cause, "run the command in the folder that the build paths of the spec are relative to.")


def _logged_in(account: Account, engine: Engine, held: ExitStack) -> tuple[Engine, str]:
    """Log in to the account's registry, until what is held ends: the program that is logged in, and the registry's host."""
    user, password = _token(account.ask("ecr.get_authorization_token"))
    registry = f"{account.account}.dkr.ecr.{account.region}.{_suffix(account.region)}"
    apart = held.enter_context(private_login(engine.program, registry, os.environ))
    own = Engine(engine.program, engine.tell, {**os.environ, **apart})
    own.log_in(registry, user, password)
    return own, registry


def _token(answer: Any) -> tuple[str, str]:  # noqa: ANN401 - what AWS answers
    try:
        user, _, password = (
            base64.b64decode(answer["authorizationData"][0]["authorizationToken"]).decode().partition(":")
        )
    except (LookupError, TypeError, ValueError):
        password = ""
    if not password:
        raise Unanswered("ECR gave no password")
    return user, password


def _suffix(region: str) -> str:
    """Source: https://docs.aws.amazon.com/AmazonECR/latest/userguide/Registries.html (2026-11-23)."""
    return "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"
