"""Job and service share a name."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Compare what both are called in AWS, which is `formerly` after a rename."""
    named = {service.formerly or name: name for name, service in stack.services.items()}
    for name, job in stack.jobs.items():
        if name in stack.services:
            cause = f'"{name}" is both a job and a service.'
            yield Finding(cause, f"rename the job, for example to `{name}-job`.", ("jobs", name))
        elif (job.formerly or name) in named:
            service = named[job.formerly or name]
            cause = f'job {name} and service {service} are both called "{job.formerly or name}" in AWS.'
            fix = "remove `formerly` of the job." if job.formerly else f"rename the job, for example to `{name}-job`."
            yield Finding(cause, fix, ("jobs", name))


RULE = Rule(
    id="JOB102",
    title="Job and service share a name",
    what="A job has the name of a service, or `formerly` gives it one in AWS.",
    why="Their task definitions, roles and log groups would have the same names.",
    fix="Rename the job.",
    source="The design of this language.",
    bad="jobs: {api: {like: api, command: [python, -m, app.migrate]}}",
    good="jobs: {migrate: {like: api, command: [python, -m, app.migrate]}}",
    check_spec=check,
)
