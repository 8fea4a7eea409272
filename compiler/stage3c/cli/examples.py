"""The examples at the end of each command's help."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

EXAMPLES: Final[Mapping[str, Sequence[str]]] = {
    "adopt": ("stage3c adopt stage3c.yaml", "stage3c adopt stage3c.yaml --renamed web=frontend"),
    "bootstrap": ("stage3c bootstrap stage3c.yaml", "stage3c bootstrap specs/*.yaml --migrate"),
    "build": ("stage3c build stage3c.yaml", "stage3c build specs/*.yaml --check"),
    "check-name": ("stage3c check-name aws_lb.name shop-public",),
    "github": ("stage3c ci github stage3c.yaml --repository example/shop",),
    "cleanup": ("stage3c cleanup stage3c.yaml",),
    "connect": ("stage3c connect stage3c.yaml main", "stage3c connect stage3c.yaml main --env prod --port 6000"),
    "contract": ("stage3c contract stage3c.yaml", "stage3c contract specs/*.yaml --check"),
    "exec": ("stage3c exec stage3c.yaml web", "stage3c exec stage3c.yaml web -- python -m app.migrate --status"),
    "explain-error": ("stage3c explain-error apply.log", "stage3c explain-error apply.log --spec stage3c.yaml"),
    "explain": ("stage3c explain NET204",),
    "fmt": ("stage3c fmt stage3c.yaml", "stage3c fmt specs/*.yaml --check", "stage3c fmt - < stage3c.yaml"),
    "logs": ("stage3c logs stage3c.yaml web --since 15m", "stage3c logs stage3c.yaml web --follow --errors"),
    "names": ("stage3c names stage3c.yaml", "stage3c names stage3c.yaml --format json"),
    "preflight": ("stage3c preflight stage3c.yaml", "stage3c preflight stage3c.yaml --save answers.json"),
    "prove": ("stage3c prove stage3c.yaml", "stage3c prove stage3c.yaml --env prod --format json"),
    "rehearse": ("stage3c rehearse stage3c.yaml", "stage3c rehearse stage3c.yaml --until plan --junit rehearsal.xml"),
    "list": ("stage3c state stage3c.yaml",),
    "release": ("stage3c release stage3c.yaml", "stage3c release stage3c.yaml --env prod --yes --format json"),
    "restore": ("stage3c state restore stage3c.yaml VERSION",),
    "rollback": (
        "stage3c rollback stage3c.yaml --service web",
        "stage3c rollback stage3c.yaml --service web --to 6 --yes",
    ),
    "run": ("stage3c run stage3c.yaml migrate", "stage3c run stage3c.yaml migrate --env prod -- --dry-run"),
    "rules": ("stage3c rules", "stage3c rules --format markdown > RULES.md"),
    "schema": ("stage3c schema > stage3c.schema.json", "stage3c schema --format markdown"),
    "status": ("stage3c status stage3c.yaml", "stage3c status stage3c.yaml --env prod --json"),
    "tag": ("stage3c tag stage3c.yaml web=v2", "stage3c tag stage3c.yaml web=auto api=auto --env prod"),
    "validate": (
        "stage3c validate stage3c.yaml",
        "stage3c validate stage3c.yaml --fix",
        "stage3c validate specs/*.yaml --format github",
        "cat stage3c.yaml | stage3c validate -",
    ),
    "verify": ("stage3c verify stage3c.yaml", "stage3c verify stage3c.yaml --url https://staging.example.com"),
}
"""By command; a command whose help is written by hand has its examples there."""


def add_examples(app: Any) -> None:  # noqa: ANN401 - a typer.Typer, whose import is not needed for this
    """Put the examples below the options of every command of an application and its groups."""
    for command in app.registered_commands:
        name = command.name or (command.callback.__name__ if command.callback else "")
        if name in EXAMPLES:
            command.epilog = "\n\n".join(["Examples:", *(f"  {line}" for line in EXAMPLES[name])])
    for group in app.registered_groups:
        add_examples(group.typer_instance)
