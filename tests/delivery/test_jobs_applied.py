"""The way of a first release to its jobs, with the real Terraform: a job runs before any service is there."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from stage3c.delivery.running import cluster_of

from tests import terraform
from tests.emulator import emulator, run_command
from tests.live.journey import Journey

FAMILY = "agentic-aws-stage3v3-migrate"


@pytest.fixture
def journey(tmp_path: Path) -> Iterator[Journey]:
    terraform.needs_terraform()
    with emulator() as aws:
        aws.client("route53").create_hosted_zone(Name="a-g-e-n-t-i-c.com", CallerReference="one")
        yield Journey(aws, tmp_path / "out")


@pytest.mark.slow
def test_a_job_runs_after_a_targeted_apply_and_before_any_service(journey: Journey) -> None:
    journey.place_of_the_state()
    journey.write()
    target = "-target=aws_ecs_task_definition.job_migrate"
    journey.terraform(journey.stack, "apply", "-auto-approve", "-input=false", target)
    made = journey.terraform(journey.stack, "state", "list").split()
    assert not [address for address in made if address.startswith(("aws_ecs_service.", "aws_lb."))]
    ecs, cluster = journey.aws.client("ecs"), cluster_of(journey.build)
    ended = [{"containerName": "migrate", "exitCode": 4}]
    ecs.submit_task_state_change(cluster=cluster, task=FAMILY, status="STOPPED", containers=ended)
    done = run_command("run", journey.spec, "migrate", aws=journey.aws)
    assert done.returncode == 4, done.stderr
    assert "job migrate ended with exit code 4" in done.stderr
    (task,) = ecs.list_tasks(cluster=cluster, desiredStatus="STOPPED", family=FAMILY)["taskArns"]
    (told,) = ecs.describe_tasks(cluster=cluster, tasks=[task])["tasks"]
    assert told["taskDefinitionArn"].endswith(f"{FAMILY}:1")
