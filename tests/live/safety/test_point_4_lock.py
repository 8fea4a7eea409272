"""Point 4: cleanup looks, asks and deletes under Terraform's own lock, and looks again after the name was typed."""

import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from tests.live.safety import states
from tests.live.safety.account import Call, World
from tests.live.safety.accounts import Stack, cleanup, refuses, stack
from tests.live.safety.command import run
from tests.live.safety.making.network import pairs

pytestmark = pytest.mark.slow
_OF_THE_LOCK = ("shop-terraform-state", "shop-terraform-locks")


@pytest.fixture
def ours(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stack:
    """A deployed stack, locked in both ways, with two topics and a security group left over."""
    monkeypatch.chdir(tmp_path)
    return stack(world, "web.yaml", tmp_path / "out").deployed("aws_vpc.main", "aws_ecs_cluster.main")


def leave(ours: Stack, *names: str) -> list[str]:
    """Topics of ours that nobody needs."""
    sns = ours.world.client("sns")
    return [sns.create_topic(Name=name, Tags=pairs(ours.what.tags))["TopicArn"] for name in names]


def leave_group(ours: Stack, name: str = "shop-prod-service-old") -> str:
    """A security group of ours that nobody needs, with a rule."""
    ec2 = ours.world.client("ec2")
    vpc = ours.made["aws_vpc.main"]["id"]
    group = str(ec2.create_security_group(GroupName=name, Description="old", VpcId=vpc)["GroupId"])
    ec2.create_tags(Resources=[group], Tags=pairs(ours.what.tags))
    rule = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "10.0.0.0/24"}]}
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[rule])
    return group


def of_the_account(call: Call) -> bool:
    """Whether a call changes the account itself, and not a lock."""
    place = call.params.get("Bucket") or call.params.get("TableName")
    return call.changes and place not in _OF_THE_LOCK


def while_deleting(ours: Stack, see: Callable[[Call], None]) -> None:
    """Look at every call that changes the account, before it does."""
    ours.world.before.append(lambda call: see(call) if of_the_account(call) else None)


def test_both_locks_are_held_when_the_name_is_asked_for_and_while_it_deletes(ours: Stack) -> None:
    (topic,) = leave(ours, "shop-prod-old")
    asked: list[dict[str, str]] = []
    deleting: list[dict[str, str]] = []
    while_deleting(ours, lambda _call: deleting.append(states.locks(ours.world, ours.what.stack)))
    effect = cleanup(ours, meanwhile=lambda: asked.append(states.locks(ours.world, ours.what.stack)))
    assert ("aws_sns_topic", topic) in effect.gone, effect.done.said
    for held in (*asked, *deleting):
        assert set(held) == {"table", "file"}
        told = [json.loads(text) for text in held.values()]
        assert {each["ID"] for each in told} == {told[0]["ID"]}, "one run holds both"
        assert {"ID", "Operation", "Who", "Version", "Created"} <= told[0].keys(), "as Terraform writes it"
    assert asked
    assert deleting
    assert states.locks(ours.world, ours.what.stack) == {}


def test_the_lock_is_taken_before_the_state_is_read(ours: Stack) -> None:
    leave(ours, "shop-prod-old")
    read_free: list[str] = []
    key = "shop/prod/terraform.tfstate"

    def see(call: Call) -> None:
        if call.operation == "GetObject" and call.params.get("Key") == key:
            read_free.extend(["free"] if not states.locks(ours.world, ours.what.stack) else [])

    ours.world.before.append(see)
    cleanup(ours)
    assert not read_free


@pytest.mark.parametrize(("table", "file"), [(True, True), (True, False), (False, True)])
def test_while_ann_holds_the_lock_nothing_is_deleted_and_her_lock_stays(
    ours: Stack, *, table: bool, file: bool
) -> None:
    leave(ours, "shop-prod-old")
    states.lock(ours.world, ours.what.stack, table=table, file=file)
    held = states.locks(ours.world, ours.what.stack)
    effect = cleanup(ours)
    refuses(effect)
    assert "ann@host" in effect.done.err
    assert states.locks(ours.world, ours.what.stack) == held


def test_a_lock_that_cannot_be_taken_is_a_refusal(ours: Stack) -> None:
    leave(ours, "shop-prod-old")
    ours.world.refuse("s3", "PutObject")
    refuses(cleanup(ours))


@pytest.mark.parametrize("typed", ["yes\n", "", "shop-prod-eu\n"])
def test_the_lock_is_released_when_another_name_is_typed(ours: Stack, typed: str) -> None:
    leave(ours, "shop-prod-old")
    done = run(("cleanup", ours.what.spec, "--yes"), typed)
    assert done.code != 0
    assert states.locks(ours.world, ours.what.stack) == {}
    assert not [call for call in ours.world.calls if of_the_account(call)]


def test_an_interrupt_at_the_question_releases_the_lock(ours: Stack) -> None:
    leave(ours, "shop-prod-old")

    def interrupt() -> None:
        raise KeyboardInterrupt

    with suppress(KeyboardInterrupt):
        run(("cleanup", ours.what.spec, "--yes"), "shop-prod\n", interrupt)
    assert states.locks(ours.world, ours.what.stack) == {}
    assert not [call for call in ours.world.calls if of_the_account(call)]


def test_a_run_that_ignored_the_lock_and_now_knows_what_is_left_over_stops_everything(ours: Stack) -> None:
    """`-lock=false`, between the list and the confirmation."""
    topic, _other = leave(ours, "shop-prod-old", "shop-prod-older")
    told = {"id": topic, "arn": topic, "name": "shop-prod-old", "tags_all": ours.what.tags}

    def applied() -> None:
        ours.knows({**ours.made, "aws_sns_topic.alarms": told}, serial=8)

    effect = cleanup(ours, meanwhile=applied)
    assert not [call for call in ours.world.calls if of_the_account(call)]
    assert effect.done.code != 0


def test_a_state_that_is_lost_between_the_list_and_the_confirmation_stops_everything(ours: Stack) -> None:
    leave(ours, "shop-prod-old")
    effect = cleanup(ours, meanwhile=lambda: states.lose(ours.world, ours.what.stack))
    assert not [call for call in ours.world.calls if of_the_account(call)]
    assert effect.done.code != 0


def test_a_state_whose_digest_no_longer_fits_stops_everything(ours: Stack) -> None:
    leave(ours, "shop-prod-old")
    later = ours.state(serial=8)
    cleanup_ = cleanup(ours, meanwhile=lambda: states.put(ours.world, ours.what.stack, later, digest=False))
    assert not [call for call in ours.world.calls if of_the_account(call)]
    assert cleanup_.done.code != 0


def test_a_digest_that_changes_alone_stops_everything(ours: Stack) -> None:
    """The state reads as before, and the lock table says that another one was written last."""
    leave(ours, "shop-prod-old")

    def written_elsewhere() -> None:
        key = {"LockID": {"S": "shop-terraform-state/shop/prod/terraform.tfstate-md5"}}
        item = {**key, "Digest": {"S": "0123456789abcdef0123456789abcdef"}}
        ours.world.client("dynamodb").put_item(TableName="shop-terraform-locks", Item=item)

    effect = cleanup(ours, meanwhile=written_elsewhere)
    assert not [call for call in ours.world.calls if of_the_account(call)]
    assert effect.done.code != 0


def test_what_came_into_use_between_the_list_and_the_confirmation_stays(ours: Stack) -> None:
    group, ec2 = leave_group(ours), ours.world.client("ec2")
    asked = {"VpcId": ours.made["aws_vpc.main"]["id"], "CidrBlock": "10.0.0.128/26"}
    subnet = ec2.create_subnet(**asked)["Subnet"]["SubnetId"]

    def used() -> None:
        ec2.create_network_interface(SubnetId=subnet, Groups=[group])

    effect = cleanup(ours, meanwhile=used)
    kinds = {kind for kind, _ in effect.touched}
    assert ("aws_security_group", group) not in effect.gone
    assert "aws_vpc_security_group_ingress_rule" not in kinds, "its rules are what the interface needs"
    assert effect.done.code != 0, "not everything that was announced was done"


def test_what_was_given_to_others_between_the_list_and_the_confirmation_stays(ours: Stack) -> None:
    (topic,) = leave(ours, "shop-prod-old")

    def given() -> None:
        tags = pairs({**ours.what.tags, "Stack": "others", "Project": "others"})
        ours.world.client("sns").tag_resource(ResourceArn=topic, Tags=tags)

    effect = cleanup(ours, meanwhile=given)
    assert not effect.gone
    assert effect.done.code != 0


def test_what_is_deleted_is_written_down_first(ours: Stack, tmp_path: Path) -> None:
    """With enough to make it again: the rule of the group too."""
    (topic,), group = leave(ours, "shop-prod-old"), leave_group(ours)
    before = {*tmp_path.rglob("*")}
    texts: dict[str, str] = {}

    def read(call: Call) -> None:
        new = (path for path in tmp_path.rglob("*") if path not in before and path.is_file())
        texts.setdefault(call.operation, "\n".join(path.read_text(encoding="utf-8") for path in new))

    while_deleting(ours, read)
    effect = cleanup(ours)
    assert {("aws_sns_topic", topic), ("aws_security_group", group)} <= effect.gone, effect.done.said
    assert topic in texts["DeleteTopic"]
    assert group in texts["DeleteSecurityGroup"]
    assert "443" in texts["DeleteSecurityGroup"]
    assert "10.0.0.0/24" in texts["DeleteSecurityGroup"]


def test_where_nothing_can_be_written_down_nothing_is_deleted(
    ours: Stack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    leave(ours, "shop-prod-old")
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    done = run(("cleanup", ours.what.spec, "--yes"), "shop-prod\n")
    deleted = [call for call in ours.world.calls if of_the_account(call)]
    assert done.code != 0 or not deleted, "what is deleted can always be read afterwards"
    assert states.locks(ours.world, ours.what.stack) == {}
