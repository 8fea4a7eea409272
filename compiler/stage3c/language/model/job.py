"""Jobs: tasks that run once and end, with the image and everything else of a service."""

from typing import Annotated, Literal

from pydantic import Field, field_validator

from stage3c.language.model.base import Identifier, Part, fault


class Job(Part):
    """A task that runs once and ends, such as a migration."""

    like: Identifier
    """Service whose image, variables, secrets, network, permissions and size the job has; a key of `services`. Example:
    `api`."""
    command: list[str]
    """Command that the job runs instead of the CMD of the image, word by word. Example: `[python, -m, app.migrate]`."""
    run: Literal["before_release", "on_demand"] = "on_demand"
    """`before_release`: with every release, in the order of the spec, before services start from new images; a failure stops
    the release. `on_demand`: only by `stage3c run`."""
    timeout_minutes: Annotated[int, Field(ge=1, le=1440)] = 10
    """Minutes until a job that still runs is stopped and counts as failed. Example: `30`."""
    formerly: Identifier | None = None
    """The previous key, after a rename. AWS names keep using it, so nothing is replaced. Example: `schema`."""

    @field_validator("command")
    @classmethod
    def _words(cls, command: list[str]) -> list[str]:
        if not command or not command[0].strip():
            cause = "the command is empty." if not command else "the first word of the command is empty."
            raise fault("JOB101", cause, "write the command word by word, such as `[python, -m, app.migrate]`.")
        return command
