from typing import Any

import pytest
from stage3c.graph import Ref, Text

from tests.resources.stacks import attributes, compiled, document

LOGGED = "load_balancers: {public: {access_logs: {days: 7}}}"
ACCOUNT = Ref("data.aws_caller_identity.current", "account_id")


@pytest.mark.parametrize(
    ("over", "logging"),
    [
        ("", ["logs_public"]),
        ("load_balancers: {public: {access_logs: false}}", []),
        ("load_balancers: {public: {access_logs: null}}", ["logs_public"]),
        ("purpose: development", []),
        ("purpose: development\nload_balancers: {public: {access_logs: true}}", ["logs_public"]),
        ("load_balancers: {public: {access_logs: false}, internal: {access_logs: true}}", ["logs_internal"]),
    ],
)
def test_what_strangers_reach_in_production_logs_by_default(over: str, logging: list[str]) -> None:
    graph = compiled(over)
    assert [bucket.name for bucket in graph.of_type("aws_s3_bucket")] == logging
    for name in ("public", "internal"):
        assert ("access_logs" in attributes(graph, f"aws_lb.{name}")) is (f"logs_{name}" in logging)


def test_the_bucket_is_private_encrypted_and_emptied_by_age() -> None:
    graph = compiled(LOGGED)
    access = attributes(graph, "aws_s3_bucket_public_access_block.logs_public")
    assert [value for key, value in access.items() if key != "bucket"] == [True] * 4
    encryption: Any = attributes(graph, "aws_s3_bucket_server_side_encryption_configuration.logs_public")["rule"]
    assert encryption[0]["apply_server_side_encryption_by_default"] == [{"sse_algorithm": "AES256"}]
    rules: Any = attributes(graph, "aws_s3_bucket_lifecycle_configuration.logs_public")["rule"]
    assert rules[0]["expiration"] == [{"days": 7}]


def test_only_elastic_load_balancing_writes_and_only_with_tls() -> None:
    policy = compiled(LOGGED).resources["aws_s3_bucket_policy.logs_public"]
    write, plain = document(policy, "policy")["Statement"]
    bucket = Ref("aws_s3_bucket.logs_public", "arn")
    assert write["Principal"] == {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"}
    assert write["Resource"] == Text(bucket, "/AWSLogs/", ACCOUNT, "/*")
    assert (plain["Effect"], plain["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})


def test_the_load_balancer_waits_for_the_policy() -> None:
    assert "aws_s3_bucket_policy.logs_public" in compiled(LOGGED).resources["aws_lb.public"].depends_on


@pytest.mark.parametrize("name", ["b", "b" * 40])
def test_a_bucket_name_leaves_room_for_the_account(name: str) -> None:
    over = f"project: {'p' * 30}\nload_balancers: {{{name}: {{scheme: internal, subnets: private, access_logs: true}}}}"
    bucket: Any = attributes(compiled(over), f"aws_s3_bucket.logs_{name}")["bucket"]
    head, hyphen, account = bucket.parts
    assert (hyphen, account) == ("-", ACCOUNT)
    assert len(head) + 1 + 12 <= 63
