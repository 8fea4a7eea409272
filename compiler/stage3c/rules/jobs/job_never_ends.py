"""Job and service run the same command."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Compare a job's command with that of its service."""
    for name, job in stack.jobs.items():
        service = stack.services.get(job.like)  # SPEC106 reports one that is not there
        if service and service.command == job.command:
            cause = f"jobs.{name} runs the same command as service {job.like}, which runs until it is stopped."
            yield Finding(
                cause, "write a command that ends, such as `[python, -m, app.migrate]`.", ("jobs", name, "command")
            )


RULE = Rule(
    id="JOB104",
    title="Job and service run the same command",
    severity=Severity.WARNING,
    what="`command` of a job is the same as that of the service in `like`.",
    why="A service runs until it is stopped; the job would run into its timeout, and a release would stop there.",
    fix="Write a command that ends.",
    source="The design of this language.",
    bad="""\
services: {api: {command: [python, -m, app]}}
jobs: {migrate: {like: api, command: [python, -m, app]}}
""",
    good="""\
services: {api: {command: [python, -m, app]}}
jobs: {migrate: {like: api, command: [python, -m, app.migrate]}}
""",
    check_spec=check,
)
