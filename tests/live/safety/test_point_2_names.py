"""Point 2: a name is no evidence. What somebody made by hand under our names is neither imported nor deleted."""

from pathlib import Path

import pytest

from tests.live.safety.account import World
from tests.live.safety.accounts import cleanup, stack
from tests.live.safety.by_hand import made_by_hand

pytestmark = pytest.mark.slow


def test_nothing_that_was_made_by_hand_is_imported_without_a_choice(world: World, tmp_path: Path) -> None:
    made_by_hand(world)
    ours = stack(world, "ours.yaml", tmp_path)
    done = ours.stage3c.adopt()
    assert done.code == 1, done.said
    assert ours.stage3c.imports() == {}
    for address in ("aws_iam_role.job_task", "aws_sns_topic.alarms", "aws_ecs_cluster.main", "aws_vpc.main"):
        assert f"--choose {address}=" in done.said, done.said


@pytest.mark.parametrize(
    ("address", "identity"),
    [
        ("aws_cloudwatch_dashboard.main", "mine-dev-us-east-1"),
        ("aws_cloudwatch_log_group.service_job", "/ecs/mine/dev/job"),
        ("aws_ecr_repository.job", "mine/dev/job"),
        ("aws_ecs_cluster.main", "mine-dev"),
        ("aws_iam_role.job_task", "mine-dev-job-task-us-east-1"),
        ("aws_sns_topic.alarms", "arn:aws:sns:us-east-1:123456789012:mine-dev-alarms"),
    ],
)
def test_a_choice_imports_that_one_and_nothing_else_of_others(
    world: World, tmp_path: Path, address: str, identity: str
) -> None:
    made_by_hand(world)
    ours = stack(world, "ours.yaml", tmp_path)
    ours.knows({})
    done = ours.stage3c.adopt("--choose", f"{address}={identity}")
    imports = ours.stage3c.imports()
    assert imports.get(address) == identity, done.said
    assert set(imports) - {address} <= {"aws_ecs_cluster_capacity_providers.main", "aws_sns_topic_policy.alarms"}


def test_with_an_empty_state_cleanup_deletes_nothing_that_was_made_by_hand(world: World, tmp_path: Path) -> None:
    made_by_hand(world)
    ours = stack(world, "ours.yaml", tmp_path)
    ours.knows({}, serial=9)
    effect = cleanup(ours)
    assert not effect.touched, f"{effect.touched}\n{effect.done.said}"
