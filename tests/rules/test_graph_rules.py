"""The rules that judge resources, on compiled specs and on resources that no spec can make."""

import re
from pathlib import Path

import pytest
from stage3c.audits import audit
from stage3c.diagnostics import Diagnostic, Finding
from stage3c.graph import Graph, Origin, Ref, Resource, Value
from stage3c.readers.configuration import read_configuration
from stage3c.resources.stack import compile_stack
from stage3c.rules import catalogue
from stage3c.rules.rule import Rule
from stage3c.rules.terraform_overlay import blocks, replaced, stack

from tests import terraform
from tests.rules.overlaid import folder_with, stack_with

CHECKING_GRAPHS = [rule for rule in catalogue().values() if rule.check_graph and rule.bad]
ON_TERRAFORM = [rule for rule in catalogue().values() if rule.bad_terraform]


def findings(rule: str, graph: Graph) -> list[Finding]:
    check = catalogue()[rule].check_graph
    assert check
    return list(check(graph))


def audited(overlay: str) -> list[Diagnostic]:
    files = folder_with(overlay)
    return audit(read_configuration(".", lambda path: files if path == "." else None))


@pytest.mark.parametrize("rule", ON_TERRAFORM, ids=lambda rule: rule.id)
def test_a_rule_finds_its_bad_example_in_terraform(rule: Rule) -> None:
    found = [diagnostic for diagnostic in audited(rule.bad_terraform) if diagnostic.code == rule.id]
    assert found
    for diagnostic in found:
        assert (diagnostic.title, diagnostic.severity) == (rule.title, rule.severity)
        assert diagnostic.cause.endswith(".")
        assert diagnostic.fix.endswith(".")
        assert diagnostic.span.file.endswith(".tf")


@pytest.mark.parametrize("rule", ON_TERRAFORM, ids=lambda rule: rule.id)
def test_a_rule_says_nothing_of_its_good_example_in_terraform(rule: Rule) -> None:
    found = [diagnostic.code for diagnostic in audited(rule.good_terraform)]
    assert rule.id not in found
    assert not any(code.startswith("AUD") for code in found)


def test_the_stack_beneath_the_examples_has_no_finding() -> None:
    assert audited("") == []


@pytest.mark.parametrize("rule", [rule for rule in ON_TERRAFORM if not rule.good_terraform], ids=lambda rule: rule.id)
def test_an_example_without_a_good_one_changes_the_stack_or_adds_a_block(rule: Rule) -> None:
    known = {address for address, _ in blocks(stack())}
    removed = set(re.findall(r"^# without (\S+)$", rule.bad_terraform, re.MULTILINE))
    assert removed <= known
    assert replaced(rule.bad_terraform) or rule.id.startswith("AUD")


@pytest.mark.slow
def test_terraform_accepts_the_stack_beneath_the_examples(tmp_path: Path) -> None:
    terraform.needs_terraform()
    (tmp_path / "main.tf").write_text(stack(), encoding="utf-8")
    assert terraform.init(tmp_path).returncode == 0
    validated = terraform.run(tmp_path, "validate", "-no-color")
    assert validated.returncode == 0, validated.stdout + validated.stderr


def named(kind: str, key: str, /, **attributes: Value) -> Resource:
    return Resource(kind, key, attributes, Origin(("services", key)))


@pytest.mark.parametrize("rule", CHECKING_GRAPHS, ids=lambda rule: rule.id)
def test_a_rule_finds_its_bad_example_among_resources(rule: Rule) -> None:
    assert rule.check_graph
    found = list(rule.check_graph(compile_stack(stack_with(rule.bad))))
    assert found
    assert all(finding.path and finding.cause.endswith(".") and finding.fix.endswith(".") for finding in found)


@pytest.mark.parametrize("rule", CHECKING_GRAPHS, ids=lambda rule: rule.id)
def test_a_rule_has_nothing_to_say_of_its_good_example(rule: Rule) -> None:
    graph = compile_stack(stack_with(rule.good))
    assert [(other.id, f) for other in CHECKING_GRAPHS if other.check_graph for f in other.check_graph(graph)] == []


def test_roles_collide_without_case_and_target_groups_with_case() -> None:
    roles = [named("aws_iam_role", "a", name="Shop"), named("aws_iam_role", "b", name="shop")]
    groups = [named("aws_lb_target_group", "a", name="Shop"), named("aws_lb_target_group", "b", name="shop")]
    found = findings("NAM102", Graph.of([*roles, *groups]))
    assert [finding.path for finding in found] == [("services", "b")]
    assert "aws_iam_role.a" in found[0].cause


def test_services_collide_only_within_one_cluster() -> None:
    one, other = Ref("aws_ecs_cluster.one", "arn"), Ref("aws_ecs_cluster.other", "arn")
    apart = [
        named("aws_ecs_service", "a", name="web", cluster=one),
        named("aws_ecs_service", "b", name="web", cluster=other),
    ]
    together = named("aws_ecs_service", "c", name="web", cluster=one)
    assert findings("NAM102", Graph.of(apart)) == []
    assert len(findings("NAM102", Graph.of([*apart, together]))) == 1


def test_one_bucket_made_by_two_resources_is_found() -> None:
    buckets = [named("aws_s3_bucket", "a", bucket="shop"), named("aws_s3_bucket", "b", bucket="shop")]
    assert len(findings("NAM102", Graph.of(buckets))) == 1


def test_names_that_are_not_known_yet_do_not_collide() -> None:
    same = Ref("random_id.suffix", "hex")
    assert findings("NAM102", Graph.of([named("aws_lb", "a", name=same), named("aws_lb", "b", name=same)])) == []


def test_a_group_may_have_60_rules_in_each_direction() -> None:
    group = named("aws_security_group", "web", name="web")

    def rules(direction: str, count: int) -> list[Resource]:
        kind = f"aws_vpc_security_group_{direction}_rule"
        return [named(kind, f"rule_{n}", security_group_id=group.ref()) for n in range(count)]

    assert findings("LIM106", Graph.of([group, *rules("ingress", 60), *rules("egress", 60)])) == []
    found = findings("LIM106", Graph.of([group, *rules("ingress", 60), *rules("egress", 61)]))
    assert [finding.path for finding in found] == [("services", "web")]
