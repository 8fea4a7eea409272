"""Command of a job is empty."""

from stage3c.rules.rule import Rule

RULE = Rule(
    id="JOB101",
    title="Command of a job is empty",
    what="`command` of a job has no words, or its first word is empty.",
    why="The task would run the CMD of the image, which for a service never ends.",
    fix="Write the command word by word, such as `command: [python, -m, app.migrate]`.",
    source="https://docs.docker.com/reference/dockerfile/#cmd (from memory)",
    bad="jobs: {migrate: {like: api, command: []}}",
    good="jobs: {migrate: {like: api, command: [python, -m, app.migrate]}}",
)
