"""The real Terraform for tests: finds it and the AWS provider, and runs it without touching the user's settings.

The user's own Terraform configuration wins where it exists. Otherwise a mirror of the provider is looked for on this
machine, and only then is the registry asked. `STAGE3C_PROVIDER_MIRROR` names a mirror, `STAGE3C_REQUIRE_TERRAFORM=1`
makes a test fail, not skip, where Terraform is missing.
"""

import fcntl
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest

PROVIDER = "registry.terraform.io/hashicorp/aws"
ONLY_PROVIDER = {"terraform": {"required_providers": {"aws": {"source": "hashicorp/aws", "version": ">= 5.100, < 7"}}}}
RUN_MAX_SECONDS = 900


def needs_terraform() -> None:
    """Skip the test that asks if Terraform or its AWS provider is missing; fail it where they are demanded."""
    reason = requirement()
    if reason and os.environ.get("STAGE3C_REQUIRE_TERRAFORM") == "1":
        pytest.fail(reason)
    if reason:
        pytest.skip(reason)


@cache
def requirement() -> str | None:
    """Why Terraform cannot be used here, or None; the registry is tried once where it would be needed."""
    if shutil.which("terraform") is None:
        return "terraform is not on the PATH"
    if mirror() is not None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "main.tf.json").write_text(json.dumps(ONLY_PROVIDER), encoding="utf-8")
        done = init(Path(folder))
    return None if done.returncode == 0 else f"the AWS provider is not to be had: {done.stderr.strip()[:300]}"


def init(folder: Path) -> "subprocess.CompletedProcess[str]":
    """Run `terraform init` without a backend; one at a time, since a plugin cache admits no two writers."""
    with (_scratch() / "init.lock").open("w") as lock:
        if mirror() is None:
            fcntl.flock(lock, fcntl.LOCK_EX)
        return run(folder, "init", "-backend=false", "-input=false", "-no-color")


def run(folder: Path, *arguments: str, more: Mapping[str, str] | None = None) -> "subprocess.CompletedProcess[str]":
    """Run Terraform in a folder and return what it said; `more` is laid over its environment."""
    command, settings = ["terraform", *arguments], {**environment(), **(more or {})}
    return subprocess.run(
        command, cwd=folder, env=settings, capture_output=True, text=True, check=False, timeout=RUN_MAX_SECONDS
    )


@cache
def environment() -> dict[str, str]:
    """The environment for Terraform: quiet, without the user's credentials, and with the provider within reach."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "TF_"))}
    quiet = {"CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1", "AWS_EC2_METADATA_DISABLED": "true"}
    return {**inherited, **quiet, **_provider_settings()}


def _provider_settings() -> dict[str, str]:
    own = os.environ.get("TF_CLI_CONFIG_FILE")
    if own and Path(own).is_file():
        return {"TF_CLI_CONFIG_FILE": own}
    found = mirror()
    if found is not None:
        settings = _scratch() / "terraform.rc"
        settings.write_text(_mirror_settings(found), encoding="utf-8")
        return {"TF_CLI_CONFIG_FILE": str(settings)}
    plugins = _scratch() / "plugins"
    plugins.mkdir(exist_ok=True)
    return {"TF_PLUGIN_CACHE_DIR": str(plugins)}


def _mirror_settings(path: Path) -> str:
    included = f'["{PROVIDER}"]'
    return (
        f"provider_installation {{\n"
        f"  filesystem_mirror {{\n    path = {json.dumps(str(path))}\n    include = {included}\n  }}\n"
        f"  direct {{\n    exclude = {included}\n  }}\n}}\n"
    )


@cache
def mirror() -> Path | None:
    """A folder of this machine that holds the AWS provider as a mirror does, unless the user has their own settings."""
    own = os.environ.get("TF_CLI_CONFIG_FILE")
    if (own and Path(own).is_file()) or (Path.home() / ".terraformrc").is_file():
        return None
    return next((folder for folder in _mirror_folders() if (folder / PROVIDER).is_dir()), None)


def _mirror_folders() -> Iterator[Path]:
    named = os.environ.get("STAGE3C_PROVIDER_MIRROR")
    if named:
        yield Path(named)
    yield Path.home() / ".terraform.d" / "plugins"
    data_folders = os.environ.get("XDG_DATA_DIRS", "/usr/share:/usr/local/share").split(":")
    for root in [*data_folders, "/usr/share", "/usr/local/share"]:
        yield Path(root) / "terraform" / "plugins"
    for folder in sorted(Path("/opt").glob("*")):
        yield from (folder, folder / "plugins")


@cache
def _scratch() -> Path:
    """One folder for all test runs of a user, so that the provider is downloaded once."""
    folder = Path(tempfile.gettempdir()) / f"stage3c-tests-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder
