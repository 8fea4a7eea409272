"""Who runs tasks: services, and outputs in the form of run-task; what nobody runs is unknown."""

from msgspec.structs import replace
from stage3c.graph import Expr, Output, Value
from stage3c.output.files import read_folder
from stage3c.reach.proofs import proofs
from stage3c.reach.unjudged import unjudged
from stage3c.readers.configuration import read_configuration
from stage3c.views.runners import idle_tasks, runners

from tests.conftest import ROOT
from tests.resources.stacks import compiled

JOB = "jobs: {migrate: {like: api, command: [python, -m, app.migrate]}}"
DEFINITION = "aws_ecs_task_definition.job_migrate"


def test_a_job_runs_in_the_network_of_its_output() -> None:
    graph = compiled(JOB)
    assert list(runners(graph)) == ["aws_ecs_service.api", "aws_ecs_service.web", DEFINITION]
    assert runners(graph)[DEFINITION].runs_on_fargate
    assert runners(graph)[DEFINITION].network == runners(graph)["aws_ecs_service.api"].network
    assert list(idle_tasks(graph)) == []


def test_a_task_definition_that_nothing_runs_is_not_judged_and_said_so() -> None:
    graph = replace(compiled(JOB), outputs={})
    assert [each.address for each in idle_tasks(graph)] == [DEFINITION]
    assert [(each.address, reason) for each, reason in unjudged(graph)] == [
        (DEFINITION, "is run by nothing in this configuration, so its network is not known")
    ]


def test_an_output_of_another_form_says_nothing() -> None:
    graph = compiled(JOB)
    whole = graph.outputs["migrate_job"].value
    assert isinstance(whole, dict)
    odd: list[Value] = [
        [],
        "text",
        {},
        {**whole, "networkConfiguration": "x"},
        {**whole, "networkConfiguration": {"awsvpcConfiguration": 1}},
    ]
    for value in odd:
        changed = replace(graph, outputs={"migrate_job": Output(value, "")})
        assert DEFINITION not in runners(changed)


def test_an_address_that_is_not_known_stays_unknown() -> None:
    graph = compiled(JOB)
    whole = graph.outputs["migrate_job"].value
    assert isinstance(whole, dict)
    unknown = {**whole, "networkConfiguration": {"awsvpcConfiguration": {"assignPublicIp": Expr("var.public")}}}
    changed = replace(graph, outputs={"migrate_job": Output(unknown, "")})
    assert runners(changed)[DEFINITION].network[0]["assign_public_ip"] == Expr("var.public")


def test_the_output_says_it_in_the_generated_terraform_too() -> None:
    graph = read_configuration(str(ROOT / "generated" / "stage3v3"), read_folder).graph
    assert graph
    assert DEFINITION in runners(graph)
    assert [proof.need.port for proof in proofs(graph) if proof.need.source == graph.resources[DEFINITION]]
    assert list(idle_tasks(graph)) == []
