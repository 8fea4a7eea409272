"""What protects a production stack from its own removal, and what lets a development stack go without a trace."""

import pytest

from tests.resources.stacks import attributes, compiled

OWN = "databases: {orders: {credentials: self_managed}}\nload_balancers: {public: {access_logs: true}}"
DEVELOPMENT = f"environment: dev\n{OWN}"


@pytest.mark.parametrize(("over", "days", "emptied"), [(OWN, 30, None), (DEVELOPMENT, 0, True)])
def test_secrets_and_log_buckets_block_a_removal_in_production_alone(over: str, days: int, emptied: object) -> None:
    graph = compiled(over)
    secrets = graph.of_type("aws_secretsmanager_secret")
    assert {secret.name for secret in secrets} == {"orders", "session", "stripe"}
    assert {secret.attributes["recovery_window_in_days"] for secret in secrets} == {days}
    assert attributes(graph, "aws_s3_bucket.logs_public").get("force_destroy") is emptied


@pytest.mark.parametrize(
    ("over", "protected"),
    [
        ("", {True}),
        ("environment: dev", {False}),
        ("load_balancers: {public: {deletion_protection: false}}", {True, False}),
        ("environment: dev\nload_balancers: {public: {deletion_protection: true}}", {True, False}),
    ],
)
def test_load_balancers_are_protected_in_production_or_as_told(over: str, protected: set[bool]) -> None:
    balancers = compiled(over).of_type("aws_lb")
    assert {balancer.attributes["enable_deletion_protection"] for balancer in balancers} == protected


def test_a_secret_that_says_how_long_it_is_kept_is_kept_so_long() -> None:
    graph = compiled("environment: dev\nsecrets: {stripe: {recovery_days: 7}}")
    assert attributes(graph, "aws_secretsmanager_secret.stripe")["recovery_window_in_days"] == 7


def test_old_revisions_stay_for_a_rollback_and_the_default_group_allows_nothing() -> None:
    graph = compiled()
    assert {each.attributes["skip_destroy"] for each in graph.of_type("aws_ecs_task_definition")} == {True}
    assert set(attributes(graph, "aws_default_security_group.main")) == {"vpc_id"}


def test_the_primary_says_what_happens_past_standard_support_and_a_replica_does_not() -> None:
    graph = compiled("databases: {orders: {replicas: 1, credentials: self_managed}}")
    assert attributes(graph, "aws_db_instance.orders")["engine_lifecycle_support"] == "open-source-rds-extended-support"
    assert "engine_lifecycle_support" not in attributes(graph, "aws_db_instance.orders_replica_1")
