"""Secret does not exist."""

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
                cause = f'services.{service_name}.secrets.{variable} is "{clip(source)}", which is not of the form secret.key.'
                yield Finding(cause, f"write `{variable}: KEY.name`, with a key of secrets or databases.", path)
                continue
            name = source.arn_of if isinstance(source, ArnOf) else source.split(".")[0]
            if name not in known:
                near = nearest(name, known)
                fix = f"write `{near}`." if near else f"add `{clip(name)}` to secrets, or use one of: {listed(known)}."
                yield Finding(f'"{clip(name)}" is not a key of secrets or databases.', fix, path)


RULE = Rule(
    id="SEC101",
    title="Secret does not exist",
    essential=True,
    what=(
        "A service uses a secret or database that is not in the spec, or the reference is not of the form `secret.key`."
    ),
    why="ECS cannot start a task with a secret that does not exist.",
    fix="Write `KEY.name`, `KEY` or `{arn_of: KEY}` with a key of `secrets` or `databases`.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html",
    bad="services: {api: {secrets: {STRIPE_KEY: strip.api_key}}}",
    good="services: {api: {secrets: {STRIPE_KEY: stripe.api_key}}}",
    check_spec=check,
)
