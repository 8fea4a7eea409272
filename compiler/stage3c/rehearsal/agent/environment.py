"""The variables of a container: what ECS adds to those of the task definition, and a short list for the emulator. Pure."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from stage3c.rehearsal.agent.metadata import ADDRESS

CA_FILES: Final = ("DB_SSLROOTCERT", "NODE_EXTRA_CA_CERTS", "PGSSLROOTCERT", "SSL_CERT_FILE")
"""Where programs look for the authorities that they trust: in AWS the image has those of RDS, here it is our own."""


def of_ecs(task: str, container: str, region: str, *, has_role: bool) -> dict[str, str]:
    """What ECS adds.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-environment-variables.html (2026-11-28); without
    ECS_AGENT_URI, where nothing would answer.
    """
    added = {
        "AWS_DEFAULT_REGION": region,
        "AWS_EXECUTION_ENV": "AWS_ECS_FARGATE",
        "AWS_REGION": region,
        "ECS_CONTAINER_METADATA_URI": f"http://{ADDRESS}/v3/{task}-{container}",
        "ECS_CONTAINER_METADATA_URI_V4": f"http://{ADDRESS}/v4/{task}-{container}",
    }
    role = {"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": f"/v2/credentials/{task}"} if has_role else {}
    return {**added, **role}


def of_rehearsal(endpoint: str, authority: Path, home: Path) -> dict[str, str]:
    """What the emulated account needs, and no file in which the user has credentials."""
    own = {"AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null", "HOME": str(home)}
    return {"AWS_ENDPOINT_URL": endpoint, **own, **dict.fromkeys(CA_FILES, str(authority))}


def whole(image: Mapping[str, str], added: Mapping[str, str], declared: Mapping[str, str]) -> dict[str, str]:
    """All variables; those of the task definition win, as in ECS."""
    return {**image, **added, **declared}
