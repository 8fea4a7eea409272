"""Secrets: those that must exist with their keys, and those whose name is still taken by a deleted one."""

import json
from collections.abc import Iterator

from compiler.live.account import Account, Json, found
from compiler.live.check import Check, Problem
from compiler.model.stack import Stack
from compiler.resources.stack import compile_stack

_GONE = ("ResourceNotFoundException", "InvalidRequestException")


def ask(account: Account, stack: Stack) -> Json:
    """By key of the spec: whether the secret exists, waits for deletion, and which keys it has. No value leaves this function."""
    client = account.client("secretsmanager")
    names = {**_existing(stack), **_own(stack)}
    return {key: _described(client, name) for key, name in sorted(names.items())} or None


def judge(stack: Stack, answer: Json) -> Iterator[Problem]:
    """An `existing` secret must be there with its keys; a name of our own must be free of one that waits for deletion."""
    existing = _existing(stack)
    for key, told in answer.items():
        name = {**existing, **_own(stack)}.get(key, key)
        if told["deleted"]:
            fix = f"aws secretsmanager restore-secret --secret-id {name}"
            yield Problem(f"secret {name} waits for its deletion and keeps its name.", fix)
        elif key in existing and not told["exists"]:
            yield Problem(f"there is no secret {name}.", f"aws secretsmanager create-secret --name {name} …")
        elif key in existing and told["keys"] is not None:
            missing = sorted(set(stack.secrets[key].keys) - set(told["keys"]))
            if missing:
                fix = f"aws secretsmanager put-secret-value --secret-id {name} --secret-string file:///dev/stdin"
                yield Problem(f"secret {name} has no key {', '.join(missing)}.", fix)


def _existing(stack: Stack) -> dict[str, str]:
    return {key: str(secret.existing) for key, secret in stack.secrets.items() if secret.existing}


def _own(stack: Stack) -> dict[str, str]:
    resources = compile_stack(stack).of_type("aws_secretsmanager_secret")
    names = {resource.name: resource.attributes.get("name") for resource in resources}
    return {key: name for key, name in names.items() if isinstance(name, str)}


def _described(client: Json, name: str) -> Json:
    answer = found(lambda: client.describe_secret(SecretId=name), "ResourceNotFoundException")
    if answer is None:
        return {"exists": False, "deleted": False, "keys": None}
    if answer.get("DeletedDate"):
        return {"exists": True, "deleted": True, "keys": None}
    value = found(lambda: client.get_secret_value(SecretId=name), *_GONE)
    return {"exists": True, "deleted": False, "keys": _keys(value.get("SecretString")) if value else []}


def _keys(text: str | None) -> list[str] | None:
    """The keys of a secret that is a JSON object; None for plain text."""
    try:
        value = json.loads(text or "")
    except ValueError:
        return None
    return sorted(value) if isinstance(value, dict) else None


CHECK = Check(
    id="PRE106",
    title="Secrets exist with their keys, and no deleted one holds a name",
    why="A task whose secret lacks a key never starts; a name stays taken for days after its secret was deleted.",
    source="https://docs.aws.amazon.com/secretsmanager/latest/userguide/manage_delete-secret.html",
    ask=ask,
    judge=judge,
)
