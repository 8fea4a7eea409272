"""Secret stands in plain environment."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.disclosure import looks_secret, names_a_secret
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule


def check(stack: Stack) -> Iterator[Finding]:
    """Look at names and values; a value is never repeated."""
    for name, service in stack.services.items():
        for variable, value in service.environment.items():
            by_name = names_a_secret(variable) and value.strip() and value.lower() not in ("true", "false", "none")
            if by_name or looks_secret(value):
                what = "is named like a secret" if by_name else "has a value that looks like a secret"
                cause = f"{variable} of {name} {what}, and plain variables are readable by many."
                fix = f"declare it under secrets, and write secrets: {{{variable}: <secret>.<key>}}."
                yield Finding(cause, fix, ("services", name, "environment", variable))


RULE = Rule(
    id="SEC107",
    title="Secret stands in plain environment",
    what="A plain environment value looks like a secret, by its own form or by its variable's name.",
    why=(
        "It would stand in the spec, in the generated files, in the state and in the task definition, for "
        "everybody who may read those."
    ),
    fix="Declare a secret, and name it under `secrets`.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/security-iam-bp.html",
    bad="services: {web: {environment: {API_TOKEN: abcdef0123456789}}}",
    good="""services: {web: {environment: {TOKEN_URL: "https://login.example.com/token"}}}""",
    check_spec=check,
)
