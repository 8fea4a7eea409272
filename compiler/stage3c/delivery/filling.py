"""The secrets of a stack that people fill in: which of them still lack a value, and the command that stores it."""

import json
import shlex
from dataclasses import dataclass

from stage3c.aws.kinds.kind import Unanswered
from stage3c.live.account import Account
from stage3c.live.existing import names_of
from stage3c.pipeline import Build


@dataclass(frozen=True, slots=True)
class Empty:
    """A secret to fill: its key in the spec, its name in AWS, and the keys that its value still lacks."""

    key: str
    name: str
    keys: tuple[str, ...]
    command: str
    typed: str
    """What to type once the command waits for it."""


def own_secrets(build: Build) -> dict[str, str]:
    """The names of the secrets that the stack creates and people fill, by key."""
    names = names_of(build.stack, "aws_secretsmanager_secret")
    return {key: names[key] for key, secret in build.stack.secrets.items() if not secret.existing}


def empty_secrets(account: Account, build: Build) -> list[Empty]:
    """Those without a value, or without one of their keys as far as the caller may look."""
    told = []
    for key, name in own_secrets(build).items():
        wanted = tuple(build.stack.secrets[key].keys)
        missing = _missing(account, name, wanted)
        if missing is not None:
            told.append(Empty(key, name, missing, command_for(name, build.stack.region), typed_for(wanted)))
    return told


def command_for(name: str, region: str) -> str:
    """What stores a value that it reads from standard input: as an argument, it would be in the shell's history.

    Shape: aws secretsmanager put-secret-value --region eu-west-1 --secret-id rates --secret-string file:///dev/stdin
    """
    words = ("--region", region, "--secret-id", name, "--secret-string", "file:///dev/stdin")
    return shlex.join(("aws", "secretsmanager", "put-secret-value", *words))


def typed_for(keys: tuple[str, ...]) -> str:
    """What to type then: an object with the keys, or the value alone."""
    if keys:
        return f"type {json.dumps(dict.fromkeys(keys, 'VALUE'))} with your values, Enter and Ctrl-D"
    return "type the value and Ctrl-D twice; Enter would become part of it"


def _missing(account: Account, name: str, wanted: tuple[str, ...]) -> tuple[str, ...] | None:
    """The keys that are missing; None if there are none. A value that the caller may not read counts as complete."""
    told = account.maybe("secretsmanager.describe_secret", "ResourceNotFoundException", SecretId=name)
    if not told or not told.get("VersionIdsToStages"):
        return wanted
    if not wanted:
        return None
    try:
        value = json.loads(account.ask("secretsmanager.get_secret_value", SecretId=name).get("SecretString") or "")
    except Unanswered:
        return None
    except (ValueError, RecursionError):
        return wanted
    return tuple(key for key in wanted if not isinstance(value, dict) or key not in value) or None
