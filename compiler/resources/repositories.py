"""An ECR repository for each service that is built here."""

from collections.abc import Iterator

from compiler.graph import Json, Origin, Ref, Resource, Value
from compiler.model.stack import Stack
from compiler.resources.naming import named


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
