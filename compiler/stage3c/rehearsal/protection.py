"""What must be lifted before a stack can be destroyed, as an override file. Pure."""

from collections.abc import Mapping
from typing import Any, Final

_PROTECTED: Final = {
    "aws_db_instance": "deletion_protection",
    "aws_dynamodb_table": "deletion_protection_enabled",
    "aws_lb": "enable_deletion_protection",
}


def lifted(document: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The override that lifts deletion protection and `prevent_destroy` in a stack's JSON, and what it lifts."""
    override: dict[str, Any] = {}
    told: list[str] = []
    for kind, resources in document.get("resource", {}).items():
        for name, arguments in resources.items():
            argument = _PROTECTED.get(kind, "")
            changed: dict[str, Any] = {argument: False} if arguments.get(argument) is True else {}
            if arguments.get("lifecycle", {}).get("prevent_destroy") is True:
                changed["lifecycle"] = {"prevent_destroy": False}
            if kind == "aws_s3_bucket" and "lifecycle" in changed:
                changed["force_destroy"] = True  # it holds the states, all of them versions by then
            if changed:
                override.setdefault(kind, {})[name] = changed
                told += [f"{kind}.{name}: {'prevent_destroy' if key == 'lifecycle' else key}" for key in changed]
    return ({"resource": override} if override else {}), told
