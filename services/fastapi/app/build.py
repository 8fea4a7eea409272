"""Which build runs here: the tag or the digest of the image, as the metadata of the task has it."""

import asyncio
import json
import os
import urllib.request
from typing import Final

# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-metadata-endpoint-v4-response.html (read 2026-11-28)
VARIABLE: Final = "ECS_CONTAINER_METADATA_URI_V4"
ANSWER_MAX_SECONDS: Final = 2
OUTSIDE_ECS: Final = "local"
UNKNOWN: Final = "unknown"
DIGEST_MAX_CHARS: Final = 19  # "sha256:" and twelve digits


async def build_of_this_task() -> str:
    """The tag, or the beginning of the digest where the image has no tag; `local` outside ECS."""
    address = os.environ.get(VARIABLE)
    return await asyncio.to_thread(_ask, address) if address else OUTSIDE_ECS


def _ask(address: str) -> str:
    try:
        with urllib.request.urlopen(address, timeout=ANSWER_MAX_SECONDS) as answer:  # noqa: S310 - ECS gives the address
            found = json.load(answer)
    except (OSError, ValueError):
        return UNKNOWN
    return build_of(found) if isinstance(found, dict) else UNKNOWN


def build_of(metadata: dict[str, object]) -> str:
    """The build that a container's metadata names.

    Shapes: "1.dkr.ecr.us-east-1.amazonaws.com/web:v7" -> "v7", "…/web@sha256:0123456789abcdef…" -> "sha256:0123456789ab".
    """
    image, digest = str(metadata.get("Image", "")), str(metadata.get("ImageID", ""))
    name, _, in_image = image.partition("@")
    tag = name.rpartition("/")[2].partition(":")[2]
    return tag or (in_image or digest)[:DIGEST_MAX_CHARS] or UNKNOWN
