"""Jobs: like their service in everything but the command, and with all that they need in one targeted apply."""

from collections.abc import Iterator

import pytest
from msgspec.structs import replace
from stage3c.graph import Ref
from stage3c.language.model.stack import Stack
from stage3c.pipeline import compile_spec
from stage3c.policy import proofs as permissions
from stage3c.reach import proofs as flows
from stage3c.reach.network import Extent
from stage3c.resources.stack import compile_stack

from tests.conftest import ROOT
from tests.live.test_everything import EVERYTHING
from tests.resources.stacks import compiled, container, document, statements

JOB = "jobs: {migrate: {like: api, command: [python, -m, app.migrate], run: before_release}}"
DEFINITION = "aws_ecs_task_definition.job_migrate"
SPECS = [*sorted((ROOT / "specs").glob("*.yaml")), EVERYTHING]


def with_a_job_for_each_service() -> Iterator[tuple[str, Stack]]:
    for spec in SPECS:
        for build in compile_spec(spec.read_bytes(), spec.name).builds:
            document = build.stack.model_dump(exclude={"jobs"}, by_alias=True, exclude_unset=True)
            document["jobs"] = {f"j-{name}": {"like": name, "command": ["run"]} for name in build.stack.services}
            yield build.stack_name, Stack.model_validate(document)


STACKS = dict(with_a_job_for_each_service())


def test_a_job_is_given_what_its_service_is_given() -> None:
    graph = compiled(JOB)
    job, service = container(graph, "job_migrate"), container(graph, "api")
    own = {"command", "healthCheck", "logConfiguration", "name", "portMappings"}
    assert {k: v for k, v in job.items() if k not in own} == {k: v for k, v in service.items() if k not in own}
    assert job["command"] == ["python", "-m", "app.migrate"]
    assert job["portMappings"] == []
    assert "healthCheck" not in job
    assert job["logConfiguration"]["options"]["awslogs-group"] == Ref("aws_cloudwatch_log_group.job_migrate", "name")


def test_a_job_has_the_grants_of_its_service_and_writes_to_its_own_log() -> None:
    graph = compiled(JOB)
    job, service = (statements(graph, name, "execution") for name in ("job_migrate", "api"))
    assert {sid for sid in job if job[sid] != service[sid]} == {"WriteLogs"}
    assert statements(graph, "job_migrate", "task") == statements(graph, "api", "task")


def test_nobody_opens_a_shell_in_a_job() -> None:
    graph = compiled(f"services: {{api: {{exec: true, read_only_root: false, secrets: null}}}}\n{JOB}")
    assert "OpenShell" in statements(graph, "api", "task")
    assert "OpenShell" not in statements(graph, "job_migrate", "task")


def test_its_output_is_what_run_task_takes() -> None:
    told = compiled(JOB).outputs["migrate_job"].value
    assert told == {
        "cluster": Ref("aws_ecs_cluster.main", "name"),
        "taskDefinition": Ref(DEFINITION, "arn"),
        "launchType": "FARGATE",
        "platformVersion": "1.4.0",
        "networkConfiguration": {
            "awsvpcConfiguration": {
                "subnets": [Ref("aws_subnet.private_a"), Ref("aws_subnet.private_b")],
                "securityGroups": [Ref("aws_security_group.service_api")],
                "assignPublicIp": "DISABLED",
            }
        },
        "propagateTags": "TASK_DEFINITION",
        "enableECSManagedTags": True,
    }


def test_a_job_adds_resources_and_changes_none() -> None:
    before, after = compiled(), compiled(JOB)
    assert {address: after.resources[address] for address in before.resources} == dict(before.resources)
    assert sorted(set(after.resources) - set(before.resources)) == [
        "aws_cloudwatch_log_group.job_migrate",
        DEFINITION,
        "aws_iam_role.job_migrate_execution",
        "aws_iam_role.job_migrate_task",
        "aws_iam_role_policy.job_migrate_execution",
        "aws_iam_role_policy.job_migrate_task",
    ]


def test_after_a_rename_aws_is_told_the_former_name() -> None:
    graph = compiled("jobs: {schema: {like: api, command: [python, -m, app.migrate], formerly: migrate}}")
    assert graph.resources["aws_ecs_task_definition.job_schema"].attributes["family"] == "shop-prod-migrate"
    assert container(graph, "job_schema")["name"] == "migrate"
    assert document(graph.resources["aws_iam_role.job_schema_task"], "assume_role_policy")


@pytest.mark.parametrize("stack", STACKS.values(), ids=STACKS)
def test_what_is_applied_for_a_job_alone_is_enough_to_run_it(stack: Stack) -> None:
    """`terraform apply -target` makes what the task definition waits for, and nothing else; there it must be proven."""
    whole = compile_stack(stack)
    for name in stack.jobs:
        job = whole.resources[f"aws_ecs_task_definition.job_{name}"]
        made = {job.address, *whole.waits_of(job)}
        kept = {address: each for address, each in whole.resources.items() if address in made}
        outputs = {f"{name}_job": whole.outputs[f"{name}_job"]}
        part = replace(whole, resources=kept, outputs=outputs)
        own = [proof for proof in flows.proofs(part) if proof.need.source == job]
        expected = [proof for proof in flows.proofs(whole) if proof.need.source == job and proof.need.kind != "call"]
        assert {proof.need.text for proof in own} >= {proof.need.text for proof in expected}
        assert {proof.need.text for proof in own if proof.extent is not Extent.ALL} == set()
        granted = [proof for proof in permissions.proofs(part) if proof.need.origin == job]
        assert granted
        assert [proof.need.action for proof in granted if proof.decision.allowed is not True] == []
        assert not [each for each in kept.values() if each.type == "aws_ecs_service"]


def test_the_proof_of_a_job_fails_with_its_way() -> None:
    graph = compiled(JOB)
    rule = "aws_vpc_security_group_ingress_rule.database_orders_from_service_api_5432"
    broken = replace(graph, resources={a: r for a, r in graph.resources.items() if a != rule})
    blocked = {proof.need.text for proof in flows.proofs(broken) if proof.extent is Extent.NONE}
    assert f"{DEFINITION} -> aws_db_instance.orders tcp/5432" in blocked
