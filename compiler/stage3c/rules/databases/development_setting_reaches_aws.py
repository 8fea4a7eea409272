"""Development setting reaches AWS."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding
from stage3c.language.model.stack import Stack
from stage3c.rules.rule import Rule

_SETTING = "LOCAL_DATABASE_WITHOUT_TLS"


def check(stack: Stack) -> Iterator[Finding]:
    """Look for the setting in every service."""
    for name, service in stack.services.items():
        for given, where in ((service.environment, "environment"), (service.secrets, "secrets")):
            if _SETTING in given:
                cause = (
                    f"services.{name}.{where} sets {_SETTING}, which is for a database on the developer's own machine."
                )
                yield Finding(cause, f"remove {_SETTING}.", ("services", name, where, _SETTING))


RULE = Rule(
    id="DBS120",
    title="Development setting reaches AWS",
    what="A service sets `LOCAL_DATABASE_WITHOUT_TLS`.",
    why=(
        "The setting turns off TLS to the database, so that a developer can use a plain PostgreSQL on the same "
        "machine. In AWS the service would not start, or passwords would cross the network unencrypted."
    ),
    fix="Remove the variable from the spec; `services/local.py` sets it on a developer's machine.",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/PostgreSQL.Concepts.General.SSL.html",
    bad="""services: {api: {environment: {LOCAL_DATABASE_WITHOUT_TLS: "false"}}}""",
    check_spec=check,
)
