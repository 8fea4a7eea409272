"""Both sides of the rules that peers' suites have, on resources beside the stack."""

import json
from base64 import b64encode

import pytest
from stage3c.readers.configuration import read_configuration
from stage3c.rules import catalogue

QUEUE = 'resource "aws_sqs_queue" "x" {\n  name = "shop-x"\n}\n'
DOMAIN = """
resource "aws_opensearch_domain" "x" {{
  domain_name     = "shop"
  access_policies = jsonencode({{ Statement = [{{ Effect = "Allow", Principal = "*", Action = "es:*", Resource = "*" }}] }})
  {}
}}
"""


def policy(kind: str, principal: str, action: str, more: str = "") -> str:
    return f"""
resource "{kind}" "p" {{
  policy = jsonencode({{ Statement = [{{ Effect = "Allow", Principal = {principal}, Action = {action}, Resource = "*" }}] }})
  {more}
}}
"""


def block(kind: str, body: str) -> str:
    return f'resource "{kind}" "x" {{\n{body}\n}}\n'


def script(text: str, kind: str = "aws_instance") -> str:
    return block(kind, f"user_data = {json.dumps(text)}")


def acl(first: int, last: int) -> str:
    ports = f"from_port = {first}\n to_port = {last}"
    return block(
        "aws_network_acl", f'ingress {{\n protocol = "tcp"\n action = "allow"\n cidr_block = "0.0.0.0/0"\n {ports}\n }}'
    )


VARIABLES = 'environment {{\n variables = {{ {} = "{}" }}\n }}'
BUILD = 'environment {{\n environment_variable {{\n name = "{}"\n value = "x"\n }}\n }}'
KEY = "export AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE"
ME = '{ AWS = "arn:aws:iam::123456789012:role/shop" }'
ROWS: list[tuple[str, str, bool]] = [
    ("IAM232", policy("aws_backup_vault_policy", '"*"', '"backup:*"'), True),
    ("IAM232", policy("aws_backup_vault_policy", ME, '"backup:*"'), False),
    ("IAM232", policy("aws_s3_bucket_policy", '"*"', '"s3:GetObject"'), False),
    ("IAM232", policy("aws_s3_bucket_policy", '"*"', '["s3:GetObject", "s3:PutObject"]'), True),
    ("IAM232", DOMAIN.format(""), True),
    ("IAM232", DOMAIN.format('vpc_options {\n subnet_ids = ["subnet-12345678"]\n }'), False),
    ("IAM250", QUEUE + policy("aws_sqs_queue_policy", ME, '"sqs:*"'), True),
    ("IAM250", QUEUE + policy("aws_sqs_queue_policy", ME, '"sqs:SendMessage"'), False),
    ("IAM250", policy("aws_s3_bucket_policy", ME, '"s3:PutBucketPolicy"'), True),
    ("IAM250", policy("aws_kms_key", ME, '"kms:*"'), False),
    ("SEC203", block("aws_lambda_function", VARIABLES.format("DB_PASSWORD", "correct-horse")), True),
    ("SEC203", block("aws_lambda_function", VARIABLES.format("DB_PASSWORD_FILE", "/run/secret")), False),
    ("SEC203", block("aws_lambda_function", VARIABLES.format("LEVEL", "information")), False),
    ("SEC231", block("aws_elasticache_replication_group", 'auth_token = "correct-horse-battery"'), True),
    ("SEC231", block("aws_elasticache_replication_group", "auth_token = random_password.x.result"), False),
    ("SEC231", block("aws_mq_broker", 'broker_name = "x"\n user {\n username = "a"\n password = "correct-horse-1"\n }'), True),
    ("SEC231", block("aws_mq_broker", 'broker_name = "x"\n user {\n username = "a"\n password = var.password\n }'), False),
    ("SEC232", script(KEY, "aws_launch_configuration"), True),
    ("SEC232", script(b64encode(KEY.encode()).decode()), True),
    ("SEC232", script(b64encode(b"echo hello, world, once more").decode()), False),
    ("SEC232", script("#!/bin/sh\nexport DB_PASSWORD=correct-horse-1\n"), True),
    ("SEC232", script("#!/bin/sh\nDB_PASSWORD='correct-horse-1'\n"), True),
    ("SEC232", script("#!/bin/sh\nexport DB_PASSWORD=$(aws secretsmanager get-secret-value)\n"), False),
    ("SEC232", script("#!/bin/sh\nexport DB_PASSWORD_FILE=/run/secrets/database\n"), False),
    ("SEC232", script("#!/bin/sh\nLOG_LEVEL=information\n"), False),
    ("SEC232", block("aws_ssm_document", f'content = jsonencode({{ steps = [{{ run = ["{KEY}"] }}] }})'), True),
    ("SEC232", block("aws_ssm_document", 'content = jsonencode({ steps = [{ run = ["true"] }] })'), False),
    ("LIM250", acl(22, 22), True),
    ("LIM250", acl(3389, 3389), True),
    ("LIM250", acl(1024, 65535), False),
    ("LIM250", acl(32768, 60999), False),
    ("LIM250", block("aws_wafv2_web_acl", 'name = "x"\n default_action {\n allow {}\n }'), True),
    ("LIM250", block("aws_wafv2_web_acl", 'name = "x"\n default_action {\n block {}\n }'), False),
    ("LIM250", block("aws_rds_cluster", "deletion_protection = var.protected\n storage_encrypted = var.encrypted\n"
                     " backup_retention_period = var.days"), False),
    ("LIM250", block("aws_cloudfront_distribution", 'origin {\n domain_name = "x.s3-website.eu-west-1.amazonaws.com"\n'
                     ' custom_origin_config {\n origin_protocol_policy = "http-only"\n }\n }'), False),
    ("LIM250", block("aws_codebuild_project", BUILD.format("TOKEN_ARN")), False),
    ("LIM250", block("aws_codebuild_project", BUILD.format("API_TOKEN")), True),
    ("LIM251", block("aws_dynamodb_table", 'billing_mode = "PAY_PER_REQUEST"\n hash_key = "LockID"'), False),
    ("LIM251", block("aws_dynamodb_table", 'billing_mode = "PAY_PER_REQUEST"\n hash_key = "id"'), True),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "text", "noticed"), ROWS, ids=[f"{n}-{row[0]}" for n, row in enumerate(ROWS)])
def test_a_fault_is_told_from_its_neighbour(rule: str, text: str, noticed: bool) -> None:  # noqa: FBT001 - a column of a table
    graph = read_configuration(".", lambda path: {"main.tf": text.encode()} if path == "." else None).graph
    check = catalogue()[rule].check_graph
    assert check
    assert graph
    assert bool(list(check(graph))) == noticed
