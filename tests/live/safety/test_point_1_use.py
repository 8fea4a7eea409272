"""Point 1: what is in use under another id than the state knows is in use nevertheless."""

from pathlib import Path
from typing import Any

import pytest
from stage3c.live import bucket_states

from tests.live.safety import states
from tests.live.safety.account import World
from tests.live.safety.accounts import Stack, cleanup, refuses, stack
from tests.live.safety.by_hand import CONTAINER
from tests.live.safety.deploy import compiled
from tests.live.safety.making.containers import small_pairs

pytestmark = pytest.mark.slow


def errors(of: Stack) -> str:
    """All that preflight calls an error, but for the image that nobody pushed and how the bucket is kept."""
    told = of.stage3c.rows()
    rows = [row for name, each in told.items() if name not in ("PRE102", "PRE108") for row in each]
    return "\n".join(f"{row['cause']} {row['fix']}" for row in rows if row["outcome"] == "error")


def test_another_environments_state_under_this_key_is_an_error_and_deletes_nothing(
    world: World, tmp_path: Path
) -> None:
    prod = stack(world, "two-environments.yaml", tmp_path, "prod").deployed()
    dev = stack(world, "two-environments.yaml", tmp_path, "dev").deployed()
    states.put(world, prod.what.stack, dev.state())
    assert "two-dev" in errors(prod)
    refuses(cleanup(prod))
    done = prod.stage3c.adopt()
    assert done.code != 0
    assert "two-dev" in done.said, "this is another stack's state, and not nine rows of replace"
    assert prod.stage3c.written().get("imports.tf", "") == ""


def test_the_same_spec_with_a_new_key_and_half_an_apply_deletes_nothing_of_the_original(
    world: World, tmp_path: Path
) -> None:
    stack(world, "ours.yaml", tmp_path).deployed()
    text = (Path(__file__).parent / "specs" / "ours.yaml").read_text(encoding="utf-8")
    spec = tmp_path / "moved.yaml"
    spec.write_text(text.replace("state: {bucket", "state: {key: new/terraform.tfstate, bucket"), encoding="utf-8")
    again = Stack(world, compiled(spec), tmp_path).deployed("aws_vpc.main")
    effect = cleanup(again)
    assert not effect.touched, effect.done.said


def old_ids(made: dict[str, dict[str, Any]], kind: str) -> dict[str, dict[str, Any]]:
    """The same, where each of a type has the id of its predecessor, which is no more."""
    return {
        address: {**told, "id": f"{str(told['id'])[:-4]}0dea"} if address.startswith(f"{kind}.") else told
        for address, told in made.items()
    }


def test_an_older_state_that_was_restored_deletes_nothing_that_is_current(world: World, tmp_path: Path) -> None:
    ours = stack(world, "ours.yaml", tmp_path).deployed()
    service = ours.made["aws_ecs_service.job"]
    revision = _register(world, ours)
    world.client("ecs").update_service(cluster=service["cluster"], service=service["name"], taskDefinition=revision)
    ours.knows(old_ids(ours.made, "aws_subnet"), serial=3)
    refuses(cleanup(ours))
    assert ours.made["aws_subnet.public_a"]["id"] not in ours.stage3c.cleanup(yes=False).out.partition("left")[2]


def _register(world: World, ours: Stack) -> str:
    """A revision as CI registers it, with the tags of the stack."""
    told = world.client("ecs").register_task_definition(
        family=ours.made["aws_ecs_task_definition.job"]["family"],
        containerDefinitions=[CONTAINER],
        **small_pairs(ours.what.tags),
    )
    return str(told["taskDefinition"]["taskDefinitionArn"])


def test_a_revision_that_ci_registered_and_that_runs_stays(world: World, tmp_path: Path) -> None:
    ours = stack(world, "ours.yaml", tmp_path).deployed()
    ecs, service = world.client("ecs"), ours.made["aws_ecs_service.job"]
    newest = [_register(world, ours) for _ in range(4)][-1]
    assert newest.endswith(":5")
    ecs.update_service(cluster=service["cluster"], service=service["name"], taskDefinition=newest)
    effect = cleanup(ours)
    assert ("aws_ecs_task_definition", newest) not in effect.touched, effect.done.said
    assert ("aws_ecs_service", service["id"]) not in effect.touched


def test_a_revision_that_a_task_of_its_own_runs_stays(world: World, tmp_path: Path) -> None:
    """A scheduled job runs an older revision than the service."""
    ours = stack(world, "ours.yaml", tmp_path).deployed()
    running = _register(world, ours)
    where = {"subnets": [ours.made["aws_subnet.public_a"]["id"]]}
    world.client("ecs").run_task(
        cluster=ours.made["aws_ecs_cluster.main"]["id"],
        taskDefinition=running,
        launchType="FARGATE",
        networkConfiguration={"awsvpcConfiguration": where},
    )
    effect = cleanup(ours)
    assert ("aws_ecs_task_definition", running) not in effect.touched, effect.done.said


def test_a_state_whose_address_carries_another_stacks_tags_refuses(world: World, tmp_path: Path) -> None:
    """One address of a good state points at the cluster of the other environment."""
    prod = stack(world, "two-environments.yaml", tmp_path, "prod").deployed()
    dev = stack(world, "two-environments.yaml", tmp_path, "dev").deployed()
    prod.knows({**prod.made, "aws_ecs_cluster.main": dev.made["aws_ecs_cluster.main"]})
    effect = cleanup(prod)
    refuses(effect)
    assert "aws_ecs_cluster.main" in effect.done.said


def test_an_id_that_another_state_of_the_bucket_knows_stays(world: World, tmp_path: Path) -> None:
    """Somebody else's Terraform manages what carries our tags, and keeps its state in this bucket."""
    ours = stack(world, "ours.yaml", tmp_path).deployed()
    topic = world.client("sns").create_topic(
        Name="mine-dev-old", Tags=[{"Key": key, "Value": value} for key, value in ours.what.tags.items()]
    )["TopicArn"]
    state = ours.state()
    state["resources"] = [each for each in state["resources"] if each["type"] == "aws_sns_topic"]
    state["resources"][0]["instances"][0]["attributes"] = {"id": topic, "arn": topic, "name": "mine-dev-old"}
    import json

    body = json.dumps(state).encode()
    world.client("s3").put_object(Bucket=ours.what.stack.state.bucket, Key="others/terraform.tfstate", Body=body)
    effect = cleanup(ours)
    assert not effect.touched, effect.done.said


def test_what_was_left_over_before_and_nobody_needs_is_deleted(world: World, tmp_path: Path) -> None:
    """The other side: a service was renamed, and an apply that died left a topic, an alarm and a group behind."""
    ours = stack(world, "ours.yaml", tmp_path).deployed()
    tags = [{"Key": key, "Value": value} for key, value in ours.what.tags.items()]
    topic = world.client("sns").create_topic(Name="mine-dev-old", Tags=tags)["TopicArn"]
    group = world.client("ec2").create_security_group(
        GroupName="mine-dev-service-old", Description="old", VpcId=ours.made["aws_vpc.main"]["id"]
    )["GroupId"]
    world.client("ec2").create_tags(Resources=[group], Tags=tags)
    world.client("logs").create_log_group(logGroupName="/ecs/mine/dev/old", tags=ours.what.tags)
    effect = cleanup(ours)
    wanted = {
        ("aws_sns_topic", topic),
        ("aws_security_group", group),
        ("aws_cloudwatch_log_group", "/ecs/mine/dev/old"),
    }
    assert wanted <= effect.gone, effect.done.said
    assert {kind for kind, _ in effect.touched - wanted} <= {
        "aws_sns_topic_policy",
        "aws_vpc_security_group_egress_rule",
    }
    assert effect.done.code == 0, effect.done.said


def test_an_object_that_is_too_large_to_be_looked_into_is_a_refusal(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may be a state, and hold whatever looks left over."""
    ours = stack(world, "ours.yaml", tmp_path)
    states.put(world, ours.what.stack, states.document(ours.what, {}, serial=1))
    world.client("s3").put_object(Bucket=ours.what.stack.state.bucket, Key="elsewhere", Body=b"x" * 20_000)
    monkeypatch.setattr(bucket_states, "_STATE_MAX_BYTES", 10_000)
    effect = cleanup(ours)
    assert effect.done.code == 3
    assert "elsewhere is too large" in effect.done.err
    assert not effect.touched
