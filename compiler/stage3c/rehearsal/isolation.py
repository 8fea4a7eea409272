"""The environment of everything that a rehearsal starts: make-believe credentials, and nothing of the user's own."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from stage3c.delivery.detour import Detour, written

ACCOUNT: Final = "123456789012"
_MAKE_BELIEVE: Final = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
    "CHECKPOINT_DISABLE": "1",
    "TF_IN_AUTOMATION": "1",
}
_LEAVES_NOTHING: Final = {"NODE_DISABLE_COMPILE_CACHE": "1"}
"""Node.js keeps compiled code in the temporary folder for programs such as npm:
https://github.com/nodejs/node/commit/4baf4637eb (2026-11-28)."""
_OF_TERRAFORM: Final = ("TF_CLI_CONFIG_FILE", "TF_PLUGIN_CACHE_DIR")
"""Where Terraform finds providers; nothing else that starts with TF_ is taken over, such as variables with secrets."""


def without_secrets(inherited: Mapping[str, str]) -> dict[str, str]:
    """The variables without those of AWS and Terraform, such as credentials and `TF_VAR_password`."""
    return {name: value for name, value in inherited.items() if not name.upper().startswith(("AWS_", "TF_"))}


def environment(inherited: Mapping[str, str], url: str, region: str) -> dict[str, str]:
    """The variables for a child process: the user's, without AWS's and Terraform's, and with the emulator as endpoint."""
    providers = {name: inherited[name] for name in _OF_TERRAFORM if name in inherited}
    direct = {"NO_PROXY": "127.0.0.1,localhost", "no_proxy": "127.0.0.1,localhost"}
    target = {"AWS_ENDPOINT_URL": url, "AWS_REGION": region} if url else {}
    return {**without_secrets(inherited), **providers, **direct, **_LEAVES_NOTHING, **_MAKE_BELIEVE, **target}


def exports(url: str, region: str, detour: Detour | None) -> dict[str, str]:
    """The variables by which another command works against a kept rehearsal as against AWS."""
    found = {**_MAKE_BELIEVE, "AWS_ENDPOINT_URL": url, "AWS_REGION": region}
    if detour is None or not detour.places:
        return found
    return {**found, "SSL_CERT_FILE": str(detour.authority), "STAGE3C_CONNECT_TO": " ".join(written(detour))}


@contextmanager
def isolated(region: str) -> Iterator[None]:
    """Let boto3 in this process see the make-believe credentials alone, and put the user's variables back afterwards."""
    before = dict(os.environ)
    os.environ.clear()
    os.environ.update(environment(before, "", region))
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
