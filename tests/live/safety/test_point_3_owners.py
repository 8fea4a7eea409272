"""Point 3: whose something is stands in its own tags, all four of them, for every type and however the caller may ask."""

from pathlib import Path

import pytest
from stage3c.pipeline import clashes

from tests.live.safety import states
from tests.live.safety.account import World
from tests.live.safety.accounts import cleanup, stack
from tests.live.safety.by_hand import made_by_hand
from tests.live.safety.command import run
from tests.live.safety.deploy import compiled
from tests.live.safety.scenario import HERE
from tests.live.safety.test_point_1_use import errors

pytestmark = pytest.mark.slow
A, B = "two-stacks-one-role-a.yaml", "two-stacks-one-role-b.yaml"


def names(spec: str) -> set[tuple[str, str]]:
    """The account-wide names of a spec's resources, by type."""
    told = ((each.type, each.attributes.get("name")) for each in compiled(HERE / spec).managed)
    return {(kind, name) for kind, name in told if isinstance(name, str) and kind in ("aws_iam_role", "aws_sns_topic")}


def test_two_stacks_that_would_share_a_name_are_refused_or_do_not_share_it() -> None:
    done = run(("validate", HERE / A, HERE / B))
    assert done.code == 1 or not names(A) & names(B), names(A) & names(B)
    assert callable(clashes)


def test_the_roles_of_the_stack_next_door_are_not_taken_over_nor_deleted(world: World, tmp_path: Path) -> None:
    stack(world, A, tmp_path).deployed()
    b = stack(world, B, tmp_path)
    if not names(A) & names(B):
        pytest.skip("no name is shared any more")
    assert "shop-prod" in errors(b), "preflight sees the other owner"
    done = b.stage3c.adopt()
    assert done.code == 1, done.said
    assert b.stage3c.imports() == {}, done.said
    b.knows({}, serial=9)
    effect = cleanup(b)
    assert not effect.touched, f"{effect.touched}\n{effect.done.said}"


def renamed(tmp_path: Path, project: str, environment: str) -> Path:
    """The second stack under another project and environment, with its own state bucket."""
    text = (HERE / B).read_text(encoding="utf-8")
    text = text.replace("project: shop\n", f"project: {project}\n").replace(
        "environment: prod-eu", f"environment: {environment}"
    )
    path = tmp_path / "specs" / f"{project}.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("state", ["empty", "lost", "right"])
def test_two_stacks_of_one_name_keep_what_is_theirs(world: World, tmp_path: Path, state: str) -> None:
    """`shop/prod-eu` and `shop-prod/eu` are both `shop-prod-eu`."""
    stack(world, renamed(tmp_path, "shop-prod", "eu"), tmp_path).deployed()
    ours = stack(world, B, tmp_path)
    assert ours.what.stack.name == "shop-prod-eu"
    states.place(world, ours.what.stack)
    if state == "empty":
        ours.knows({}, serial=9)
    if state == "right":
        ours.knows({})
    done = ours.stage3c.adopt()
    assert ours.stage3c.imports() == {}, done.said
    effect = cleanup(ours)
    assert not effect.touched, f"{effect.touched}\n{effect.done.said}"


def test_where_no_tags_may_be_read_nothing_is_imported_or_deleted(world: World, tmp_path: Path) -> None:
    made_by_hand(world)
    ours = stack(world, "ours.yaml", tmp_path)
    ours.knows({}, serial=9)
    reads = (
        "ListTagsForResource",
        "ListRoleTags",
        "GetResources",
        "DescribeTags",
        "GetBucketTagging",
        "ListTagsLogGroup",
    )
    world.refused.append(lambda call: "AccessDeniedException" if call.operation in reads else "")
    done = ours.stage3c.adopt()
    assert done.code != 0, done.said
    assert ours.stage3c.imports() == {}, done.said
    effect = cleanup(ours)
    assert not effect.touched, f"{effect.touched}\n{effect.done.said}"


@pytest.mark.parametrize("code", ["AccessDeniedException", "ThrottlingException", "InternalError"])
def test_a_tagging_service_that_does_not_answer_is_a_refusal(world: World, tmp_path: Path, code: str) -> None:
    """Without the list of what carries our tags, cleanup cannot say that it listed everything."""
    ours = stack(world, "ours.yaml", tmp_path).deployed()
    world.refuse("resourcegroupstaggingapi", code=code)
    effect = cleanup(ours)
    assert not effect.touched
    if code != "AccessDeniedException":
        assert "allow" not in effect.done.err.lower(), "a permission does not help against a fault of AWS"


def test_the_place_of_the_states_is_nobodys_left_over(world: World, tmp_path: Path) -> None:
    """Bucket and table of the states carry the project's tags, and the stack's where somebody wrote them so."""
    ours = stack(world, "web.yaml", tmp_path)
    ours.knows({}, serial=9)
    tags = [{"Key": key, "Value": value} for key, value in ours.what.tags.items()]
    bucket, table = ours.what.stack.state.bucket, str(ours.what.stack.state.lock_table)
    world.client("s3").put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": tags})
    arn = world.client("dynamodb").describe_table(TableName=table)["Table"]["TableArn"]
    world.client("dynamodb").tag_resource(ResourceArn=arn, Tags=tags)
    effect = cleanup(ours)
    assert not effect.touched, effect.done.said
