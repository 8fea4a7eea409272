"""Environment is declared wrongly."""

from stage3c.rules.rule import Rule

RULE = Rule(
    id="SPEC107",
    title="Environment is declared wrongly",
    what=(
        "The spec has both `environment` and `environments` or neither of them, or `--env` names an "
        "environment that it lacks."
    ),
    why="Every resource is named after its environment, so it must be clear which one is meant.",
    fix="Write `environment: prod`, or `environments: {dev: {}, prod: {}}` and no `environment`.",
    source="The design of this language.",
    bad="environments: {dev: {}, prod: {}}",
    good="environment: production",
)
