"""Command of a job is one line instead of words."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Look for a program whose name has a space in it."""
    for name, job in stack.jobs.items():
        if len(job.command[0].split()) > 1:
            cause = f"the first word of jobs.{name}.command has spaces, and no shell splits it."
            fix = "write each word as an entry of its own, such as `[python, -m, app.migrate]`."
            yield Finding(cause, fix, ("jobs", name, "command", 0))


RULE = Rule(
    id="JOB103",
    title="Command of a job is one line instead of words",
    severity=Severity.WARNING,
    what="The first word of `command`, which names the program, has spaces.",
    why="No shell splits it: the container looks for a program of that whole name, and the task does not start.",
    fix='Write each word as an entry of its own, or run a shell: `command: [sh, -c, "…"]`.',
    source="https://docs.docker.com/reference/dockerfile/#shell-and-exec-form (from memory)",
    bad='jobs: {migrate: {like: api, command: ["python -m app.migrate"]}}',
    good="jobs: {migrate: {like: api, command: [python, -m, app.migrate]}}",
    check_spec=check,
)
