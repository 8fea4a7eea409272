"""What a variable implies of ports outside the stack, and what implies nothing."""

import pytest
from stage3c.language.model.service import Service
from stage3c.rules.network.outside_ports import implied_ports
from stage3c.rules.network.variable_implies_a_closed_port import check

from tests.resources.stacks import compiled, example


def service(**keys: object) -> Service:
    return Service.model_validate({"image": "a:1", "cpu": 256, "memory_mib": 512, "subnets": "private", **keys})


@pytest.mark.parametrize(
    ("variable", "value", "port"),
    [
        ("SMTP_HOST", "smtp.example.com", 587),
        ("MAIL_SERVER", "mail.example.com:8025", 8025),
        ("SMTP_HOST", "smtps://smtp.example.com", 465),
        ("CACHE", "redis://cache.example.com/0", 6379),
        ("REDIS_URL", "rediss://cache.example.com:6390", 6390),
        ("LEGACY_API", "http://legacy.example.com/v1", 80),
        ("LEGACY_API", "http://legacy.example.com:8080", 8080),
        ("SEARCH", "https://search.example.com:9200", 9200),
        ("JDBC_URL", "jdbc:postgresql://db.example.com/shop", 5432),
        ("MONGO_URI", "mongodb+srv://cluster.example.net", 27017),
        ("KAFKA_BROKERS", "b-1.example.com,b-2.example.com", 9092),
    ],
)
def test_a_value_or_a_name_implies_a_port(variable: str, value: str, port: int) -> None:
    assert [each.ports[0] for each in implied_ports(service(environment={variable: value}))] == [port]


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("SMTP_HOST", "localhost"),
        ("EMAIL_SERVER", "console"),
        ("REDIS_URL", "redis://127.0.0.1:6379"),
        ("CORS_ORIGIN", "http://shop.example.com"),
        ("METADATA", "http://169.254.170.2/v4"),
        ("GREETING", "http is not https"),
        ("XMLNS", "http://[broken"),
        ("PORT", "http://x.example.com:99999"),
    ],
)
def test_what_is_local_or_only_mentioned_implies_nothing(variable: str, value: str) -> None:
    assert list(implied_ports(service(environment={variable: value}))) == []


def test_a_secret_is_judged_by_its_variable_and_by_the_port_beside_it() -> None:
    asked = service(secrets={"SMTP_URL": "mail", "DATABASE_URL": "neon.url", "API_KEY": "stripe"})
    assert [(each.variable, each.ports[0]) for each in implied_ports(asked)] == [
        ("SMTP_URL", 587),
        ("DATABASE_URL", 5432),
    ]
    beside = service(secrets={"SMTP_HOST": "mail"}, environment={"SMTP_PORT": "2587"})
    assert [each.ports for each in implied_ports(beside)] == [(2587,)]
    own = service(secrets={"DATABASE_URL": "neon.url"}, uses=["orders"])
    assert list(implied_ports(own)) == []
    assert list(implied_ports(service(secrets={"SMTP_URL": {"arn_of": "mail"}}))) == []


def test_one_open_port_of_the_protocol_is_enough_and_none_closes_https() -> None:
    mail = "environment: {SMTP_HOST: smtp.example.com, HOOK: https://hooks.example.com/a}"
    for egress, found in (("[]", ["SMTP_HOST"]), ("[{port: 465}]", []), ("none", ["SMTP_HOST", "HOOK"])):
        findings = check(example(f"services: {{web: {{{mail}, egress: {egress}}}}}"))
        assert [finding.path[-1] for finding in findings] == found


def test_egress_is_a_rule_of_the_service_that_its_tasks_wait_for() -> None:
    graph = compiled('services: {web: {egress: [{port: 587, why: "SMTP"}, {port: 5432, to: 198.51.100.0/24}]}}')
    rules = {rule.name: rule for rule in graph.of_type("aws_vpc_security_group_egress_rule")}
    mail, database = rules["service_web_to_anywhere_587"], rules["service_web_to_198-51-100-0-24_5432"]
    assert (mail.attributes["cidr_ipv4"], mail.attributes["description"]) == ("0.0.0.0/0", "SMTP")
    assert database.attributes["cidr_ipv4"] == "198.51.100.0/24"
    assert {mail.address, database.address} <= set(graph.resources["aws_ecs_service.web"].depends_on)
    assert "service_web_to_anywhere_443" in rules
    closed = compiled("services: {web: {egress: none}}").resources
    assert "aws_vpc_security_group_egress_rule.service_web_to_anywhere_443" not in closed
