"""Secrets: those that must exist with their keys, and those whose name is still taken by a deleted one."""

import json
from collections.abc import Iterator, Sequence

from stage3c.aws.kinds.kind import Json, Unanswered
from stage3c.language.model.stack import Stack
from stage3c.live.account import Account, found
from stage3c.live.check import Check, Problem
from stage3c.live.existing import names_of


def ask(account: Account, stack: Stack) -> Json:
    """By key of the spec: whether the secret exists, waits for deletion, and which of its keys it has.

    No value leaves this function, nor a key that the spec does not name. Only an existing secret that is JSON is opened; of the
    others it is enough to know that they are there.
    """
    client = account.client("secretsmanager")
    told = {key: _described(client, name) for key, name in sorted(_names(stack).items())}
    for key in _existing(stack):
        if stack.secrets[key].format == "json" and told[key]["exists"] and not told[key]["deleted"]:
            told[key]["keys"] = _keys(client, _names(stack)[key], stack.secrets[key].keys)
    return told


def judge(stack: Stack, answer: Json) -> Iterator[Problem]:
    """An `existing` secret must be there with its keys; a name of our own must be free of one that waits for deletion."""
    existing, names = _existing(stack), _names(stack)
    for key, name in sorted(names.items()):
        told = answer[key]
        if told["deleted"]:
            fix = f"aws secretsmanager restore-secret --secret-id {name} --region {stack.region}"
            yield Problem(f"secret {name} waits for its deletion and keeps its name.", fix)
        elif key in existing and not told["exists"]:
            make = f"aws secretsmanager create-secret --name {name} --secret-string file:///dev/stdin"
            yield Problem(f"there is no secret {name}.", f"{make} --region {stack.region}, and type its value.")
        elif told["exists"] and not told["stored"]:
            put = f"aws secretsmanager put-secret-value --secret-id {name} --secret-string file:///dev/stdin"
            cause = f"secret {name} has no value, so tasks that use it cannot start."
            yield Problem(cause, f"{put} --region {stack.region}, and type its value.")
        elif key in existing and stack.secrets[key].format == "json":
            yield from _of_keys(stack, name, set(stack.secrets[key].keys), told["keys"])


def _of_keys(stack: Stack, name: str, wanted: set[str], told: Sequence[str] | None) -> Iterator[Problem]:
    if told is None:
        cause = f"which keys secret {name} has is not known: the caller may not open it."
        yield Problem(cause, "let somebody look who may, or allow secretsmanager:GetSecretValue on it.", "unknown")
    elif wanted - set(told):
        put = f"aws secretsmanager put-secret-value --secret-id {name} --secret-string file:///dev/stdin"
        cause = f"secret {name} has no key {', '.join(sorted(wanted - set(told)))}."
        yield Problem(cause, f"store all of its keys anew, as one JSON object: {put} --region {stack.region}")


def _names(stack: Stack) -> dict[str, str]:
    return {**_existing(stack), **names_of(stack, "aws_secretsmanager_secret")}


def _existing(stack: Stack) -> dict[str, str]:
    return {key: str(secret.existing) for key, secret in stack.secrets.items() if secret.existing}


def _described(client: Json, name: str) -> Json:
    answer = found(lambda: client.describe_secret(SecretId=name), "ResourceNotFoundException")
    stored = bool(answer and answer.get("VersionIdsToStages"))
    return {
        "exists": answer is not None,
        "deleted": bool(answer and answer.get("DeletedDate")),
        "keys": None,
        "stored": stored,
    }


def _keys(client: Json, name: str, wanted: Sequence[str]) -> list[str] | None:
    """The wanted keys that a secret's JSON object has; none where it is empty or anything else, None where it stays closed."""
    try:
        answer = found(lambda: client.get_secret_value(SecretId=name), "ResourceNotFoundException")
        value = json.loads((answer or {}).get("SecretString") or "")
    except Unanswered:
        return None
    except (ValueError, RecursionError):
        return []
    return sorted(set(wanted) & set(value)) if isinstance(value, dict) else []


CHECK = Check(
    id="PRE106",
    title="Secrets exist with their keys, and no deleted one holds a name",
    why="A task whose secret lacks a key never starts; a name stays taken for days after its secret was deleted.",
    source="https://docs.aws.amazon.com/secretsmanager/latest/userguide/manage_delete-secret.html",
    ask=ask,
    answer={str: {"exists": bool, "deleted": bool, "keys": (None, [str]), "stored": bool}},
    concerns=lambda stack: bool(_names(stack)),
    judge=judge,
)
