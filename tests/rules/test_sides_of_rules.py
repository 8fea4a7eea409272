"""Both sides of rules that are easy to draw too wide or too narrow."""

import pytest
from stage3c.rules import catalogue

from tests.rules.overlaid import stack_with


def grants(action: str, resource: str) -> str:
    return f'services: {{api: {{permissions: [{{actions: ["{action}"], resources: ["{resource}"]}}]}}}}'


SIDES = [
    ("IAM102", grants("sts:AssumeRole", "arn:aws:iam::123456789012:role/other"), False),
    ("IAM102", grants("rds-data:ExecuteStatement", "arn:aws:rds:eu-west-1:123456789012:cluster:x"), False),
    ("IAM102", grants("s3:GetObject", "arn:aws:sqs:eu-west-1:123456789012:x"), True),
    ("IAM101", grants("secretsmanager:GetSecretValue", "arn:aws:secretsmanager:eu-west-1:123456789012:secret:*"), True),
    ("IAM101", grants("dynamodb:GetItem", "arn:aws:dynamodb:eu-west-1:123456789012:table/*"), True),
    ("IAM101", grants("s3:GetObject", "arn:aws:s3:::shop-media/*"), False),
    ("IAM101", grants("secretsmanager:GetSecretValue", "arn:aws:secretsmanager:eu-west-1:123456789012:secret:shop-*"), False),
    ("CHK104", "checks: null", True),
    ("CHK104", "checks: [{get: /health}]", True),
    ("CHK104", "", False),
    ("CHK104", "{environment: dev, checks: null}", False),
    ("DBS101", 'databases: {orders: {version: "16.09"}}', True),
    ("DBS101", 'databases: {orders: {version: "16.9"}}', False),
    ("SEC101", "{secrets: {mail: {keys: [smtp.user]}}, services: {api: {secrets: {MAIL_USER: mail.smtp.user}}}}", False),
    ("SEC102", "{secrets: {mail: {keys: [smtp.user]}}, services: {api: {secrets: {MAIL_USER: mail.smtp.user}}}}", False),
    ("SEC102", "services: {api: {secrets: {MAIL_USER: stripe.smtp.user}}}", True),
    ("SEC107", "services: {web: {environment: {DB_PASS: hunter2}}}", True),
    ("SEC107", "services: {web: {environment: {CACHE: 'redis://:hunter2@cache:6379'}}}", True),
    ("SEC107", "services: {web: {environment: {COMPASS: north, SITE: 'https://example.com/a@b'}}}", False),
    ("HLT109", 'services: {web: {health: {ready: {path: /ready, status: "200-499"}}}}', False),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "overlay", "refused"), SIDES, ids=[f"{row[0]}-{n}" for n, row in enumerate(SIDES)])
def test_a_rule_keeps_to_its_side(rule: str, overlay: str, refused: bool) -> None:  # noqa: FBT001 - a row of a table
    check = catalogue()[rule].check_spec
    assert check
    assert bool(list(check(stack_with(overlay)))) == refused


def test_all_untouched_databases_are_named_in_one_fix() -> None:
    check = catalogue()["HLT101"].check_spec
    assert check
    bills = (
        'bills: {engine: postgres, version: "16", instance_class: db.t4g.micro, storage_gib: 20, database_name: bills}'
    )
    uses = "uses: {orders: A, bills: B}, health: {ready: {touches: []}}"
    found = list(check(stack_with(f"databases: {{{bills}}}\nservices: {{api: {{{uses}}}}}")))
    assert len(found) == 1
    assert "touches: [orders, bills]" in found[0].fix
