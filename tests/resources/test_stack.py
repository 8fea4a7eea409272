import pytest
from stage3c.graph import Ref, refs_in
from stage3c.resources.stack import compile_stack

from tests.resources.stacks import attributes, compiled, example, reference


@pytest.mark.parametrize(
    ("lock", "expected"),
    [("both", ("shop-terraform-locks", True)), ("dynamodb", ("shop-terraform-locks", None)), ("s3", (None, True))],
)
def test_the_state_is_locked_as_told(lock: str, expected: tuple[str | None, bool | None]) -> None:
    backend = compiled(f"state: {{lock: {lock}}}").backend
    assert backend is not None
    assert (backend["dynamodb_table"], backend["use_lockfile"]) == expected
    assert (backend["key"], backend["encrypt"]) == ("shop/prod/terraform.tfstate", True)


def test_every_reference_leads_to_a_resource_of_the_graph() -> None:
    for graph in (compiled(), compile_stack(reference())):
        for resource in graph.resources.values():
            missing = [ref for ref in refs_in(resource.attributes) if ref.address not in graph.resources]
            assert missing == [], resource.address
            assert set(resource.depends_on) <= set(graph.resources), resource.address


def test_every_resource_of_a_service_names_its_place_in_the_spec() -> None:
    for resource in compiled().of_type("aws_ecs_service"):
        assert resource.origin.path == ("services", resource.name)


def test_outputs_lead_to_what_people_ask_for() -> None:
    outputs = compiled().outputs
    assert outputs["public_url"].value == "https://shop.example.com"
    assert outputs["api_repository"].value == Ref("aws_ecr_repository.api", "repository_url")
    assert all(output.description for output in outputs.values())


def test_services_of_one_size_have_no_autoscaling() -> None:
    fixed = compiled("services: {web: {scale: 2}}")
    assert [target.name for target in fixed.of_type("aws_appautoscaling_target")] == ["api"]
    assert {policy.name for policy in fixed.of_type("aws_appautoscaling_policy")} == {"api_cpu", "api_memory"}


def test_the_cluster_has_insights_and_both_kinds_of_fargate() -> None:
    graph = compiled()
    assert attributes(graph, "aws_ecs_cluster.main")["setting"] == [{"name": "containerInsights", "value": "enabled"}]
    providers = attributes(graph, "aws_ecs_cluster_capacity_providers.main")["capacity_providers"]
    assert providers == ["FARGATE", "FARGATE_SPOT"]


def test_every_service_logs_to_a_group_of_its_own() -> None:
    graph = compiled("monitoring: {log_days: 14}")
    groups = {g.name: g.attributes["retention_in_days"] for g in graph.of_type("aws_cloudwatch_log_group")}
    assert {f"service_{name}": 14 for name in example().services}.items() <= groups.items()
