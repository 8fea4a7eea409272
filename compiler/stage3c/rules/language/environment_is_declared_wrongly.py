"""Environments are not valid."""

from stage3c.rules.rule import Rule

RULE = Rule(
    id="SPEC107",
    title="Environments are not valid",
    what="The spec has neither or both of `environment` and `environments`, or an environment is not a mapping.",
    why="It is not clear which stack to build.",
    fix="Write `environment: production`, or for several `environments: {dev: {region: eu-west-1}, prod: {}}`.",
    source="The design of this language.",
    bad="environments: {dev: {}, prod: {}}",
    good="environment: production",
)
