"""A budget: by its name in the account."""

from collections.abc import Iterator

from stage3c.aws.kinds.kind import Aws, Json, Kind, Known, Match, Removal, Tags, Thing, Use, tags_of


def _find(aws: Aws, known: Known) -> Iterator[Match]:
    told = aws.ask("budgets.describe_budget", AccountId=aws.account, BudgetName=known["name"])["Budget"]
    yield Match(f"{aws.account}:{told['BudgetName']}")


def _look(aws: Aws, identity: str) -> Json:
    account, _, name = identity.partition(":")
    told = aws.maybe("budgets.describe_budget", "NotFoundException", AccountId=account, BudgetName=name)
    return told["Budget"] if told else None


def _tags(aws: Aws, thing: Thing) -> Tags:
    arn = f"arn:{aws.partition}:budgets::{aws.account}:budget/{thing.told['BudgetName']}"
    return tags_of(aws.ask("budgets.list_tags_for_resource", ResourceARN=arn).get("ResourceTags"))


def _listed(aws: Aws, _stack: str) -> Iterator[str]:
    told = aws.all("budgets.describe_budgets", "Budgets", AccountId=aws.account)
    yield from (f"{aws.account}:{each['BudgetName']}" for each in told)


def _uses(_aws: Aws, _thing: Thing) -> Iterator[Use]:
    """Nothing can depend on a budget."""
    yield from ()


KIND = Kind(
    type="aws_budgets_budget",
    replaced_by=("name",),
    find=_find,
    missing=("NotFoundException",),
    name="name",
    look=_look,
    tags=_tags,
    listed=_listed,
    arn="arn:{partition}:budgets::{account}:budget/{name}",
    settings={"name": "BudgetName"},
    removal=Removal(
        ("budgets delete-budget --account-id {account} --budget-name {id}",),
        parts=r"(?P<account>\d+):(?P<id>.+)",
        uses=_uses,
    ),
)
