"""Budget filters by a tag that no resource has."""

from collections.abc import Iterator
from typing import Final

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph, Resource, Value, blocks, items
from stage3c.rules.rule import Rule, at

_OF_A_STACK: Final = ("aws_ecs_service", "aws_lb", "aws_db_instance")
"""Without any of these, a stack may be there for the budgets of others."""


def check(graph: Graph) -> Iterator[Finding]:
    """Hold user:KEY$VALUE against the default tags of the providers, where one has that key."""
    tags = [block.get("tags") for settings in graph.providers for block in blocks(settings.get("default_tags"))]
    own = {(key, given) for each in graph.resources.values() for key, given in _tags(each) if isinstance(given, str)}
    for budget in graph.of_type("aws_budgets_budget"):
        for tag_filter in blocks(budget.attributes.get("cost_filter")):
            for value in items(tag_filter.get("values")) if tag_filter.get("name") == "TagKeyValue" else ():
                key, _, wanted = str(value).removeprefix("user:").partition("$")
                given = [each[key] for written in tags for each in blocks(written) if key in each]
                is_other = bool(given) and all(isinstance(each, str) and each != wanted for each in given)
                if isinstance(value, str) and is_other and (key, wanted) not in own and graph.of_type(*_OF_A_STACK):
                    yield at(
                        budget,
                        f'counts the tag {key[:40]} = "{wanted[:40]}", but default_tags sets "{str(given[0])[:40]}"',
                        f'set values = ["user:{key[:40]}${str(given[0])[:40]}"]',
                    )


def _tags(resource: Resource) -> Iterator[tuple[str, Value]]:
    for written in blocks(resource.attributes.get("tags")):
        yield from written.items()


RULE = Rule(
    id="MON265",
    scope="terraform",
    title="Budget filters by a tag that no resource has",
    what="A budget filters by a tag for which default_tags of the provider has another value.",
    why="No costs are counted, so the budget never notifies anyone.",
    fix="Filter by the tag that the resources have.",
    source="https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-create-filters.html (from memory)",
    severity=Severity.WARNING,
    bad_terraform="""\
provider "aws" {
  region = "eu-west-1"
  default_tags {
    tags = { Stack = "shop" }
  }
}

resource "aws_budgets_budget" "main" {
  name         = "shop"
  budget_type  = "COST"
  limit_amount = "100"
  limit_unit   = "USD"
  time_unit    = "MONTHLY"
  cost_filter {
    name   = "TagKeyValue"
    values = ["user:Stack$blog"]
  }
  notification {
    comparison_operator        = "GREATER_THAN"
    notification_type          = "ACTUAL"
    threshold                  = 80
    threshold_type             = "PERCENTAGE"
    subscriber_email_addresses = ["ops@example.com"]
  }
}
""",
    good_terraform="""\
provider "aws" {
  region = "eu-west-1"
  default_tags {
    tags = { Stack = "shop" }
  }
}

resource "aws_budgets_budget" "main" {
  name         = "shop"
  budget_type  = "COST"
  limit_amount = "100"
  limit_unit   = "USD"
  time_unit    = "MONTHLY"
  cost_filter {
    name   = "TagKeyValue"
    values = ["user:Stack$shop"]
  }
  notification {
    comparison_operator        = "GREATER_THAN"
    notification_type          = "ACTUAL"
    threshold                  = 80
    threshold_type             = "PERCENTAGE"
    subscriber_email_addresses = ["ops@example.com"]
  }
}
""",
    check_graph=check,
)
