"""What conflicts and what does not: regions, lengths of policies, and rules beside each other."""

import json

import pytest
from stage3c.diagnostics import Span
from stage3c.graph import Graph, Origin, Ref, Resource, Value
from stage3c.rules import catalogue
from stage3c.views.regions import region_of_resource

PROVIDERS: list[dict[str, Value]] = [{"region": "eu-west-1"}, {"alias": "virginia", "region": "us-east-1"}]


def found(rule: str, *resources: Resource) -> list[str]:
    check = catalogue()[rule].check_graph
    assert check
    return [each.cause for each in check(Graph.of(resources, providers=PROVIDERS))]


def made(kind: str, provider: str | None = None, /, **attributes: Value) -> Resource:
    return Resource(kind, "main", attributes, Origin(), provider=provider, spans={"name": Span("main.tf")})


@pytest.mark.parametrize(
    ("provider", "attributes", "region"),
    [
        (None, {}, "eu-west-1"),
        ("aws.virginia", {}, "us-east-1"),
        ("aws.virginia", {"region": "eu-north-1"}, "eu-north-1"),
        ("aws.tokyo", {}, None),
        (None, {"region": Ref("aws_x.y", "id")}, None),
    ],
)
def test_a_resource_is_in_the_region_of_its_own_argument_or_provider(
    provider: str | None, attributes: dict[str, Value], region: str | None
) -> None:
    resource = made("aws_sns_topic", provider, **attributes)
    assert region_of_resource(Graph.of([resource], providers=PROVIDERS), resource) == region


@pytest.mark.parametrize(
    ("kind", "provider", "count"),
    [
        ("aws_acm_certificate", "aws.virginia", 1),
        ("aws_acm_certificate", None, 0),
        ("aws_iam_server_certificate", "aws.virginia", 0),
    ],
)
def test_only_what_belongs_to_a_region_must_be_in_the_same(kind: str, provider: str | None, count: int) -> None:
    listener = made("aws_lb_listener", certificate_arn=Ref(f"{kind}.main", "arn"))
    assert len(found("LIM233", made(kind, provider), listener)) == count


@pytest.mark.parametrize(("chars", "count"), [(6_144, 0), (6_145, 1)])
def test_a_managed_policy_is_counted_without_white_space(chars: int, count: int) -> None:
    def written(resource: str) -> str:
        return json.dumps(
            {"Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": resource}]}, indent=8
        )

    frame = len("".join(written("").split()))
    assert len(found("IAM230", made("aws_iam_policy", policy=written("é" * (chars - frame))))) == count


@pytest.mark.parametrize(("direction", "count"), [("ingress", 1), ("egress", 0)])
def test_a_separate_rule_conflicts_with_inline_rules_of_its_direction_alone(direction: str, count: int) -> None:
    group = made("aws_security_group", ingress=[{"from_port": 80, "to_port": 80, "protocol": "tcp"}])
    rule = made("aws_security_group_rule", type=direction, security_group_id=Ref(group.address, "id"))
    assert len(found("NET232", group, rule)) == count
