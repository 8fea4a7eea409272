"""What `terraform plan` would do with another state: planned in a folder of its own, which no state in the bucket reaches.

States and plans contain secrets, so the folder is a private one. Of the plan only actions and addresses are read.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from stage3c.change.planned import action_of
from stage3c.delivery.private import private_folder
from stage3c.delivery.terraform import PROGRAM, environment
from stage3c.disclosure import masked
from stage3c.live.account import LiveError

_LOCK: Final = ".terraform.lock.hcl"
_STATE: Final = "terraform.tfstate"
_PLAN: Final = "plan"
_DATA_FOLDER: Final = "TF_DATA_DIR"
"""Names a folder of the user's for providers and backend; this run has its own."""
_ORDER: Final = ("destroy", "replace", "update", "create", "forget")
_TOLD_MAX_CHARS: Final = 2000


@dataclass(frozen=True, slots=True)
class Step:
    """What a plan does with one resource."""

    action: str
    address: str


def preview(folder: Path, state: bytes, endpoint_url: str | None) -> list[Step]:
    """The steps of a plan of this folder's files with a state, what is lost first."""
    if shutil.which(PROGRAM) is None:
        raise LiveError(
            "terraform is not on the PATH, so what it would do is not known.", "install it, or add --no-plan."
        )
    if not any(folder.glob("*.tf*")):
        raise LiveError(f"{folder} has no Terraform files.", "stage3c build SPEC, or add --no-plan.")
    with private_folder() as place:
        _fill(place, folder, state)
        _run(place, endpoint_url, "init", "-input=false", *_providers(folder))
        _run(place, endpoint_url, "plan", "-input=false", "-lock=false", f"-out={_PLAN}")
        return steps(json.loads(_run(place, endpoint_url, "show", "-json", _PLAN)))


def steps(plan: Mapping[str, Any]) -> list[Step]:
    """The changes in a plan as JSON.

    Format: https://developer.hashicorp.com/terraform/internals/json-format#change-representation (2026-11-28).
    """
    changes = (each for each in plan.get("resource_changes", []) if each.get("mode", "managed") == "managed")
    found = [Step(action_of(each["change"]["actions"]), str(each["address"])) for each in changes]
    return sorted(
        (each for each in found if each.action in _ORDER), key=lambda each: (_ORDER.index(each.action), each.address)
    )


def _fill(place: Path, folder: Path, state: bytes) -> None:
    """The Terraform files of the stack, with the state beside them in place of the backend."""
    for path in sorted(folder.iterdir()):
        wanted = path.name.endswith((".tf", ".tf.json", ".auto.tfvars", ".auto.tfvars.json")) or path.name == _LOCK
        if (wanted or path.name in ("terraform.tfvars", "terraform.tfvars.json")) and path.is_file():
            shutil.copy(path, place / path.name)
    (place / "zz_state_override.tf.json").write_text(json.dumps({"terraform": {"backend": {"local": {}}}}))
    (place / _STATE).write_bytes(state)


def _providers(folder: Path) -> list[str]:
    """The providers that the folder has already, so that none is downloaded again."""
    providers = folder / ".terraform" / "providers"
    return [f"-plugin-dir={providers.resolve()}"] if providers.is_dir() else []


def _run(place: Path, endpoint_url: str | None, *arguments: str) -> str:
    inherited = {name: value for name, value in os.environ.items() if name != _DATA_FOLDER}
    settings = environment(inherited, endpoint_url)
    command = [PROGRAM, *arguments[:1], *([] if arguments[0] == "show" else ["-no-color"]), *arguments[1:]]
    done = subprocess.run(  # noqa: S603 - a command of our own making
        command, cwd=place, env=settings, capture_output=True, text=True, errors="replace", check=False
    )
    if done.returncode:
        told = " ".join(done.stderr.replace("│", " ").replace("╷", " ").replace("╵", " ").split())[:_TOLD_MAX_CHARS]
        raise LiveError(
            f"terraform {arguments[0]} fails with this version: {masked(told)}", "correct that, or add --no-plan."
        )
    return done.stdout
