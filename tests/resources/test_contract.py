import pytest
from stage3c.graph import Ref, Text
from stage3c.language.model.stack import Stack
from stage3c.resources.contract import address_of, secret_names, variables

from tests.resources.stacks import example, reference

CERTIFICATE = 'https: {certificate: "arn:aws:acm:eu-central-1:123456789012:certificate/x"}'
PASSWORDS = Ref("aws_db_instance.main", "master_user_secret[0].secret_arn")


def given_to(stack: Stack, service: str) -> dict[str, tuple[str, object]]:
    return {v.name: (v.kind, v.value) for v in variables(stack, service)}


def test_the_reference_api_is_given_its_database_and_its_secret() -> None:
    assert given_to(reference(), "fastapi") == {
        "DB_HOST": ("host", Ref("aws_db_instance.main", "address")),
        "DB_NAME": ("name", "agentic_aws_db"),
        "DB_PASSWORD": ("secret value", Text(PASSWORDS, ":password::")),
        "DB_PORT": ("port", "5432"),
        "DB_SECRET_ARN": ("arn", PASSWORDS),
        "DB_USERNAME": ("secret value", Text(PASSWORDS, ":username::")),
    }


def test_variables_are_sorted() -> None:
    names = [v.name for v in variables(reference(), "fastapi")]
    assert names == sorted(names)


def test_a_replica_adds_its_host() -> None:
    over = "databases: {main: {replicas: 1, credentials: self_managed}}"
    host = given_to(reference(over), "fastapi")["DB_REPLICA_HOST"]
    assert host == ("host", Ref("aws_db_instance.main_replica_1", "address"))


def test_a_plain_secret_is_its_bare_arn() -> None:
    session = Ref("aws_secretsmanager_secret.session", "arn")
    assert given_to(example(), "web")["SESSION_SECRET"] == ("secret value", session)


def test_a_whole_json_secret_is_told_from_one_value() -> None:
    found = given_to(example("services: {web: {secrets: {STRIPE: stripe}}}"), "web")["STRIPE"]
    assert found == ("secret json", Ref("aws_secretsmanager_secret.stripe", "arn"))


def test_injected_secrets_and_those_by_arn_are_apart() -> None:
    stack = example("services: {web: {secrets: {STRIPE_ARN: {arn_of: stripe}}}}")
    assert secret_names(stack, "web", by_arn=False) == ["session"]
    assert secret_names(stack, "web", by_arn=True) == ["stripe"]


@pytest.mark.parametrize(
    ("over", "service", "expected"),
    [
        ("", "web", "https://shop.example.com"),
        ("", "api", Text("http://", Ref("aws_lb.internal", "dns_name"), "")),
        ("load_balancers: {internal: {http: 8080}}", "api", Text("http://", Ref("aws_lb.internal", "dns_name"), ":8080")),
        ("load_balancers: {public: {https: {port: 8443}}}", "web", "https://shop.example.com:8443"),
        ('load_balancers: {public: {hostnames: ["*.example.com", a.example.com]}}', "web", "https://a.example.com"),
        ('load_balancers: {public: {hostnames: ["*.example.com"]}}', "web", "https://shop.example.com"),
        (
            'services: {web: {load_balancer: {name: public, hosts: ["*.example.com", x.example.com]}}}',
            "web",
            "https://x.example.com",
        ),
    ],
)  # fmt: skip
def test_a_service_is_called_where_its_load_balancer_answers(over: str, service: str, expected: object) -> None:
    assert address_of(example(over), service) == expected


def test_the_domain_leads_to_the_first_public_load_balancer_alone() -> None:
    internal = example(f"load_balancers: {{internal: {{{CERTIFICATE}}}}}")
    assert address_of(internal, "api") == Text("https://", Ref("aws_lb.internal", "dns_name"), "")
    second = example(
        f"load_balancers: {{second: {{scheme: internet-facing, subnets: public, {CERTIFICATE}}}}}\n"
        "services: {api: {load_balancer: second}}"
    )
    assert address_of(second, "api") == Text("https://", Ref("aws_lb.second", "dns_name"), "")
