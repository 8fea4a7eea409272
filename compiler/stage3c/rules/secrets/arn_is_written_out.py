"""Secret ARN in a plain environment variable."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Look for such values."""
    for name, service in stack.services.items():
        for variable, value in service.environment.items():
            if value.startswith("arn:") and ":secretsmanager:" in value:
                cause = f"services.{name}.environment.{variable} is the ARN of a secret that is not in the spec."
                declared = "secrets: {KEY: {existing: NAME, format: plain}}"
                fix = f"declare `{declared}`, and write `secrets: {{{variable}: {{arn_of: KEY}}}}` in the service."
                yield Finding(cause, fix, ("services", name, "environment", variable))


RULE = Rule(
    id="SEC110",
    title="Secret ARN in a plain environment variable",
    severity=Severity.WARNING,
    what="The value of a plain environment variable is the ARN of a secret.",
    why="The task role gets no permission for a secret that is not in the spec, so access is denied.",
    fix="Declare the secret with `existing`, and write `{arn_of: KEY}` under `secrets` of the service.",
    source="https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_examples.html",
    bad="""services: {web: {environment: {KEYS_ARN: "arn:aws:secretsmanager:eu-central-1:123456789012:secret:keys-AbCdEf"}}}""",
    check_spec=check,
)
