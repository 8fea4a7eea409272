"""ARN of a secret is written out."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Look for such values."""
    for name, service in stack.services.items():
        for variable, value in service.environment.items():
            if value.startswith("arn:") and ":secretsmanager:" in value:
                cause = f"{variable} of {name} is the ARN of a secret that the spec does not know."
                fix = f"declare the secret with existing, and write secrets: {{{variable}: {{arn_of: <secret>}}}}."
                yield Finding(cause, fix, ("services", name, "environment", variable))


RULE = Rule(
    id="SEC110",
    title="ARN of a secret is written out",
    severity=Severity.WARNING,
    what="A plain environment value is the ARN of a secret.",
    why=("The task role gets no permission for what the compiler does not know, so the application would be denied."),
    fix="Declare the secret with `existing`, and write `{arn_of: secret}` under `secrets`.",
    source="https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_examples.html",
    bad="""services: {web: {environment: {KEYS_ARN: "arn:aws:secretsmanager:eu-central-1:123456789012:secret:keys-AbCdEf"}}}""",
    check_spec=check,
)
