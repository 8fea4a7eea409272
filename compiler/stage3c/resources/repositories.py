"""An ECR repository for each service that is built here; where the images of the others stand."""

import re
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from stage3c.graph import Json, Origin, Ref, Resource, Value
from stage3c.language.model.stack import Stack
from stage3c.resources.naming import named

# https://docs.aws.amazon.com/AmazonECR/latest/userguide/Registries.html (2026-11-23)
_IN_ECR: Final = re.compile(
    r"(?P<account>[0-9]{12})\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.amazonaws\.com(?:\.cn)?/(?P<repository>[a-z0-9._/-]+)"
    r"(?:[:@](?P<version>.+))?"
)


class PrivateImage(Struct, frozen=True):
    """An image in an ECR registry: `version` is a tag, or a digest such as `sha256:…`."""

    account: str
    region: str
    repository: str
    version: str


def private_image(image: str) -> PrivateImage | None:
    """Where an image stands in ECR; None for one from another registry."""
    parts = _IN_ECR.fullmatch(image)
    return (
        PrivateImage(parts["account"], parts["region"], parts["repository"], parts["version"] or "latest")
        if parts
        else None
    )


def repositories(stack: Stack) -> Iterator[Resource]:
    """Repositories whose tags cannot be overwritten, with a rule that limits how many images they keep."""
    for name, service in stack.services.items():
        if service.build is None:
            continue
        origin = Origin(("services", name, "build"))
        attributes: dict[str, Value] = {
            "name": named(stack, "aws_ecr_repository.name", service.formerly or name, separator="/"),
            "image_tag_mutability": "IMMUTABLE",
            "image_scanning_configuration": [{"scan_on_push": stack.images.scan_on_push}],
            "encryption_configuration": [{"encryption_type": "AES256"}],
        }
        yield Resource("aws_ecr_repository", name, attributes, origin)
        policy: dict[str, Value] = {
            "repository": Ref(f"aws_ecr_repository.{name}", "name"),
            "policy": Json({"rules": [_keep(stack.images.keep)]}),
        }
        yield Resource("aws_ecr_lifecycle_policy", name, policy, origin)


def _keep(count: int) -> dict[str, Value]:
    return {
        "rulePriority": 1,
        "description": f"Keep {count} images",
        "selection": {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": count},
        "action": {"type": "expire"},
    }
