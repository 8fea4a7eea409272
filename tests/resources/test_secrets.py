import pytest
from stage3c.graph import Ref
from stage3c.resources.secrets import SecretHome, secret_of

from tests.resources.stacks import attributes, compiled, example

EXISTING = "secrets: {stripe: {existing: payments/stripe}}"
KEY = "arn:aws:kms:eu-central-1:123456789012:key/x"
MANAGED = Ref("aws_db_instance.orders", "master_user_secret[0].secret_arn")
ORDERS, STRIPE = (Ref(f"aws_secretsmanager_secret.{name}", "arn") for name in ("orders", "stripe"))
LOOKED_UP = Ref("data.aws_secretsmanager_secret.stripe", "arn")


@pytest.mark.parametrize(
    ("over", "name", "arn"),
    [
        ("", "orders", MANAGED),
        ("databases: {orders: {credentials: self_managed}}", "orders", ORDERS),
        ("", "stripe", STRIPE),
        (EXISTING, "stripe", LOOKED_UP),
    ],
)
def test_a_secret_lives_where_its_kind_is_kept(over: str, name: str, arn: Ref) -> None:
    assert secret_of(example(over), name).arn == arn


@pytest.mark.parametrize("kind", ["rds_managed", "self_managed"])
def test_a_databases_secret_holds_username_and_password_and_nothing_else(kind: str) -> None:
    home = secret_of(example(f"databases: {{orders: {{credentials: {kind}}}}}"), "orders")
    assert (home.format, home.keys) == ("json", ("username", "password"))


def test_a_declared_secret_holds_the_keys_that_it_lists() -> None:
    stack = example(f"secrets: {{stripe: {{kms_key: {KEY}}}}}")
    assert secret_of(stack, "stripe") == SecretHome(STRIPE, "json", ("api_key", "webhook_secret"), KEY)
    assert secret_of(stack, "session").keys == ()


def test_a_declared_secret_is_a_container_without_a_value() -> None:
    graph = compiled()
    assert not graph.of_type("aws_secretsmanager_secret_version")
    secret = attributes(graph, "aws_secretsmanager_secret.stripe")
    assert (secret["name"], secret["recovery_window_in_days"]) == ("shop/prod/stripe", 30)


def test_a_secret_that_exists_is_only_looked_up() -> None:
    graph = compiled(EXISTING)
    assert attributes(graph, "data.aws_secretsmanager_secret.stripe") == {"name": "payments/stripe"}
    assert "aws_secretsmanager_secret.stripe" not in graph.resources


def test_a_secret_comes_from_its_place_in_the_spec() -> None:
    assert compiled().resources["aws_secretsmanager_secret.session"].origin.path == ("secrets", "session")
