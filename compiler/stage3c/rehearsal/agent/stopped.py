"""Why ECS would not start a task, in the words of its stopped reason, with the cause in one sentence.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html (2026-11-28)
"""

from typing import Final

from stage3c.rehearsal.failure import Failed

_SECRETS: Final = (
    "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: "
    "unable to retrieve secret from asm: "
)
_LOGS: Final = "ResourceInitializationError: failed to validate logger args: "


class Stopped(Exception):  # noqa: N818 - a state of a task
    """A task that stops before its container starts: ECS's reason, and what explains it."""

    def __init__(self, reason: str, cause: str) -> None:
        """Take both as sentences."""
        super().__init__(reason)
        self.reason = reason
        self.cause = cause

    def failed(self, what: str, place: str) -> Failed:
        """The failure of a step: what stops, such as `job migrate`, and its line of the spec."""
        return Failed(f"{what} stops with {self.reason}. Cause: {self.cause} ({place}).", "run stage3c prove SPEC.")


def denied(role: str, action: str, resource: str) -> Stopped:
    """The execution role does not allow an action."""
    said = f"AccessDeniedException: {role} is not authorized to perform: {action} on resource: {resource}"
    prefixes = {"secretsmanager": _SECRETS, "logs": _LOGS}
    prefix = prefixes.get(action.partition(":")[0], "CannotPullContainerError: ")
    if action == "ecr:GetAuthorizationToken":
        prefix = "ResourceInitializationError: unable to pull secrets or registry auth: "
    if not role:
        return Stopped(
            f"{prefix}{said}", f"the task definition has no execution role, and needs {action} on {resource}"
        )
    return Stopped(f"{prefix}{said}", f"the execution role {role} does not allow {action} on {resource}")


def no_secret(arn: str) -> Stopped:
    """The secret has no value, or does not exist."""
    said = "ResourceNotFoundException: Secrets Manager can't find the specified secret."
    return Stopped(f"{_SECRETS}{said}", f"secret {arn} does not exist or has no value")


def no_key(name: str, arn: str, key: str) -> Stopped:
    """The secret has no such key."""
    said = f"retrieved secret from Secrets Manager did not contain json key {key}"
    return Stopped(f"{_SECRETS}{said}", f"variable {name} takes the key {key}, which secret {arn} does not have")


def not_json(name: str, arn: str, key: str) -> Stopped:
    """The secret is one plain value."""
    said = "invalid character looking for beginning of value"
    return Stopped(f"{_SECRETS}{said}", f"variable {name} takes the key {key} of secret {arn}, whose value is not JSON")


def no_log_group(name: str) -> Stopped:
    """The log group does not exist."""
    said = "ResourceNotFoundException: The specified log group does not exist."
    return Stopped(f"{_LOGS}{said}", f"log group {name} does not exist")


def unreachable(flow: str) -> Stopped:
    """The network blocks a flow that every start needs: to images, secrets or logs."""
    said = "ResourceInitializationError: unable to pull secrets or registry auth: connection timed out"
    return Stopped(said, f"ECS cannot start a task without this flow: {flow}")
