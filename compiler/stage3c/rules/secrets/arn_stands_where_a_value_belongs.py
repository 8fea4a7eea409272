"""Variable name does not match ARN or value."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.language.model.service import ArnOf
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Compare the ending of each variable with what fills it."""
    for service_name, service in stack.services.items():
        for variable, source in service.secrets.items():
            path = ("services", service_name, "secrets", variable)
            says_arn = variable.upper().endswith("ARN")
            if says_arn and isinstance(source, str):
                secret = source.split(".")[0][:60]
                cause = (
                    f"services.{service_name}.secrets.{variable} ends in ARN, but ECS injects the value of the secret."
                )
                yield Finding(cause, f"write `{variable}: {{arn_of: {secret}}}`, or rename the variable.", path)
            elif isinstance(source, ArnOf) and not says_arn:
                cause = f"services.{service_name}.secrets.{variable} receives an ARN, but its name does not end in ARN."
                yield Finding(cause, f"rename it to `{variable}_ARN`.", path)


RULE = Rule(
    id="SEC105",
    title="Variable name does not match ARN or value",
    what="A variable that ends in ARN receives the value of a secret, or another variable receives an ARN.",
    why="In a real outage the application called Secrets Manager with an injected value as if it were an ARN.",
    fix="Write `{arn_of: KEY}` for the ARN and `KEY.name` for a value, and name the variable accordingly.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html",
    bad="services: {api: {secrets: {STRIPE_ARN: stripe.api_key}}}",
    good="services: {api: {secrets: {STRIPE_ARN: {arn_of: stripe}}}}",
    check_spec=check,
)
