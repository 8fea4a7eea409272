"""Secret reference names nothing."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, clip
from stage3c.language.model.service import ArnOf
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule
from stage3c.wording import listed, nearest


def check(stack: Stack) -> Iterator[Finding]:
    """Look each name up."""
    known = [*stack.databases, *stack.secrets]
    for service_name, service in stack.services.items():
        for variable, source in service.secrets.items():
            path = ("services", service_name, "secrets", variable)
            if isinstance(source, str) and (source.startswith(("arn:", ".")) or source.endswith(".")):
                cause = f'"{clip(source)}" is no reference of the form secret.key.'
                yield Finding(cause, "write secret.key; the compiler makes the ARN itself.", path)
                continue
            name = source.arn_of if isinstance(source, ArnOf) else source.split(".")[0]
            if name not in known:
                near = nearest(name, known)
                fix = f"write {near}." if near else f'add it under "secrets"; there are {listed(known)}.'
                yield Finding(f'there is no secret or database "{clip(name)}".', fix, path)


RULE = Rule(
    id="SEC101",
    title="Secret reference names nothing",
    essential=True,
    what=("A service's secret names a secret or database that the spec does not have, or is no reference at all."),
    why="ECS could not start a task that is given what does not exist.",
    fix="Write `secret.key`, `secret` or `{arn_of: secret}`; the compiler makes the ARN.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html",
    bad="services: {api: {secrets: {STRIPE_KEY: strip.api_key}}}",
    good="services: {api: {secrets: {STRIPE_KEY: stripe.api_key}}}",
    check_spec=check,
)
