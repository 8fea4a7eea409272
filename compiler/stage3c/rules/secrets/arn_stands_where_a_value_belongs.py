"""Variable's kind does not fit its name."""

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
                    f"ECS puts the value itself into {variable}, not its ARN; Secrets Manager would refuse it as one."
                )
                yield Finding(cause, f"write {variable}: {{arn_of: {secret}}}, or rename the variable.", path)
            elif isinstance(source, ArnOf) and not says_arn:
                cause = f"{variable} is given an ARN, and reads as if it were given a value."
                yield Finding(cause, f"rename it to {variable}_ARN.", path)


RULE = Rule(
    id="SEC105",
    title="Variable's kind does not fit its name",
    what=("A variable that ends in _ARN is filled with a secret's value, or one that does not is filled with an ARN."),
    why=(
        "The application of the incident called Secrets Manager with an injected value as if it were an ARN. "
        "ECS injects the value; whoever wants to fetch it needs the ARN."
    ),
    fix=("Write `{arn_of: secret}` for the ARN, and `secret.key` for a value; name the variable for what it holds."),
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html",
    bad="services: {api: {secrets: {STRIPE_ARN: stripe.api_key}}}",
    good="services: {api: {secrets: {STRIPE_ARN: {arn_of: stripe}}}}",
    check_spec=check,
)
