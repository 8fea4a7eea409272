"""A new password for each database, as a rotation gives it, and whether everything logs in with it afterwards."""

import json
import secrets
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from stage3c.live.account import Account
from stage3c.rehearsal.agent.deployed import Deployed, deployed
from stage3c.rehearsal.agent.scheduler import Scheduler
from stage3c.rehearsal.changes import losses
from stage3c.rehearsal.changes.changes import Changes, Lost
from stage3c.rehearsal.database.instances import Instance, instances
from stage3c.rehearsal.database.postgres import PostgreSQL
from stage3c.rehearsal.databases import Databases
from stage3c.rehearsal.failure import Failed

RENEWED_MAX_SECONDS: Final = 30.0
"""Within which every task has to be healthy with the new password."""
_PASSWORD_BYTES: Final = 24
_FIX: Final = (
    "let the service read the secret again when its login is refused (secrets: {DB_SECRET_ARN: {arn_of: DATABASE}}), "
    "or write redeploy_on_rotation: true."
)


def rotate(
    account: Account, databases: Databases, scheduler: Scheduler, changes: Changes, check: Callable[[], list[str]]
) -> list[str]:
    """Rotate the password of every database that runs; `check` asks whether the stack works, and raises `Failed`."""
    notes: list[str] = []
    for instance in instances(account):
        server = databases.server(instance.identifier)
        if server is not None and instance.secret and not instance.source:  # a replica has the password of its primary
            users = [each for each in deployed(account) if _uses(each, instance.secret)]
            notes += _rotated(account, instance, server, scheduler, changes, users)
            notes += _logged_in(instance, server, scheduler, users, check)
    return notes or ["no database runs whose password could be changed"]


def _rotated(
    account: Account,
    instance: Instance,
    server: PostgreSQL,
    scheduler: Scheduler,
    changes: Changes,
    users: list[Deployed],
) -> Iterator[str]:
    """Change the password under traffic, and wait for deployments that this starts."""
    before = {each.name: each.service["deployments"][0]["id"] for each in users}
    password = secrets.token_urlsafe(_PASSWORD_BYTES)
    scheduler.hide(password)
    after: dict[str, str] = {}
    try:
        with changes.under_traffic(f"a new password of database {instance.identifier}") as sent:
            server.change_password(instance.username, password)
            _put(account, instance.secret, password)
            after = {each.name: changes.settled(each.service["serviceArn"])["deployments"][0]["id"] for each in users}
        yield f"database {instance.identifier}: new password in its secret, {losses.counted(sent.sent)}"
    except Lost as lost:
        if after == before:
            raise
        yield f"{lost.cause} That is the gap until the tasks are replaced, which redeploy_on_rotation has"
    for name, identity in after.items():
        yield f"{name}: {'the same tasks' if identity == before[name] else 'new tasks, by a deployment after the rotation'}"


def _put(account: Account, secret: str, password: str) -> None:
    """Make a version of a secret the current one, with another password and all else as it is."""
    held = json.loads(account.ask("secretsmanager.get_secret_value", SecretId=secret)["SecretString"])
    text = json.dumps({**held, "password": password})
    account.ask("secretsmanager.put_secret_value", SecretId=secret, SecretString=text, VersionStages=["AWSCURRENT"])


def _logged_in(
    instance: Instance,
    server: PostgreSQL,
    scheduler: Scheduler,
    users: list[Deployed],
    check: Callable[[], list[str]],
) -> Iterator[str]:
    """End all sessions, so that the password counts, and let the stack be checked; no task may fail and be replaced."""
    before = {each.name: scheduler.arns(str(each.service["serviceArn"])) for each in users}
    server.end_sessions(instance.username)
    try:
        found = check()
        _require_same(scheduler, users, before)
    except Failed as failed:
        knowing = [each.name for each in users if not _knows(each, instance.secret)]
        given = f" {' and '.join(knowing)} has the password from the start of its tasks only." if knowing else ""
        cause = f"after a new password of database {instance.identifier}, {failed.cause}{given}"
        raise Failed(cause, _FIX) from None
    yield f"database {instance.identifier}: all sessions ended and begun again, {'; '.join(found)}"


def _require_same(scheduler: Scheduler, users: list[Deployed], before: Mapping[str, set[str]]) -> None:
    lost = [each.name for each in users if scheduler.arns(str(each.service["serviceArn"])) != before[each.name]]
    if lost:
        said = [each.text for each in scheduler.events if each.is_failure and each.service in lost]
        raise Failed(f"tasks of {' and '.join(lost)} are replaced: {said[-1] if said else 'they ended'}.", _FIX)


def _uses(one: Deployed, secret: str) -> bool:
    injected = any(
        each["valueFrom"].startswith(secret) for part in one.containers for each in part.get("secrets") or ()
    )
    return injected or _knows(one, secret)


def _knows(one: Deployed, secret: str) -> bool:
    """Tell whether a service has the ARN, by which it can read the secret again."""
    return any(each["value"] == secret for part in one.containers for each in part.get("environment") or ())
