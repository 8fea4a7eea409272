"""A docker that builds nothing: it wants a login, a folder with a Dockerfile and a built image, and pushes a manifest."""

import argparse
import hashlib
import json
import os
import sys
from pathlib import Path

from tests.stand_ins import fail, folder, record


def main() -> None:
    """Check what is asked; any other command or option is an error."""
    parser = argparse.ArgumentParser("docker", allow_abbrev=False)
    commands = parser.add_subparsers(dest="command", required=True)
    login = commands.add_parser("login")
    login.add_argument("--username", required=True)
    login.add_argument("--password-stdin", action="store_true", required=True)
    login.add_argument("registry")
    build = commands.add_parser("build")
    build.add_argument("--platform", choices=["linux/amd64", "linux/arm64"])
    build.add_argument("--tag", required=True)
    build.add_argument("folder", type=Path)
    commands.add_parser("version").add_argument("--format", required=True)
    commands.add_parser("push").add_argument("image")
    told = parser.parse_args(record("docker"))
    if told.command == "login":
        log_in(told.username, told.registry)
    elif told.command == "build":
        if not (told.folder / "Dockerfile").is_file():
            fail(f"no Dockerfile in {told.folder}")
        note("built", told.tag)
    elif told.command == "push":
        push(told.image)


def log_in(username: str, registry: str) -> None:
    """ECR's user is called AWS; the password comes from standard input."""
    if username != "AWS" or not sys.stdin.read().strip():
        fail("no password on standard input")
    note("registries", registry)


def push(image: str) -> None:
    """Put a manifest into the repository of an account, if there is one."""
    registry, _, rest = image.partition("/")
    name, _, tag = rest.rpartition(":")
    if registry not in noted("registries") or image not in noted("built"):
        fail(f"{image} is not built, or nobody is logged in to {registry}")
    if "AWS_ENDPOINT_URL" in os.environ:
        import boto3  # here: it takes most of a call, and most have no account

        digest = f"sha256:{hashlib.sha256(image.encode()).hexdigest()}"
        config = {"mediaType": "application/vnd.oci.image.config.v1+json", "digest": digest, "size": 2}
        manifest = {
            "schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json", "config": config, "layers": [],
        }  # fmt: skip
        boto3.client("ecr").put_image(repositoryName=name, imageManifest=json.dumps(manifest), imageTag=tag)


def note(what: str, value: str) -> None:
    """Remember a value for the calls that follow."""
    with (folder() / what).open("a", encoding="utf-8") as kept:
        kept.write(f"{value}\n")


def noted(what: str) -> list[str]:
    """What was remembered."""
    path = folder() / what
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


if __name__ == "__main__":
    main()
