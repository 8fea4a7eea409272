"""Accounts as chance makes them: several stacks, hands of others, states that tell the truth or not, and what may go.

Who owns what is known since it was made so. `may_go` is all that `cleanup` may ever touch; `must_stay_out` what `adopt`
may never import.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from hypothesis import strategies as st
from msgspec import Struct

from tests.live.safety import states
from tests.live.safety.account import World
from tests.live.safety.accounts import Stack, stack
from tests.live.safety.by_hand import CONTAINER, events
from tests.live.safety.listing import Key, inventory
from tests.live.safety.listing.parts import with_parts
from tests.live.safety.making import TAGGED
from tests.live.safety.making.containers import small_pairs
from tests.live.safety.making.network import pairs
from tests.live.safety.owners import OWNERS
from tests.live.safety.scenario import keys

SPEC: Final = "ours.yaml"
VISIBLE: Final = tuple(owner for owner in OWNERS if owner not in ("ours", "unreadable"))
STATES: Final = ("right", "empty", "lost", "older", "corrupt", "another stack's", "stale ids")
LEFT_OVER: Final = ("topic", "log group", "repository", "secret", "alarm", "role", "security group", "task definition")


_NOT_LISTED: Final = frozenset({"aws_iam_role", "aws_ecr_repository"})
"""AWS's tagging API does not list roles, moto's does not list repositories, so nothing need find them under an old name."""


class Plan(Struct, frozen=True):
    """What an account is made of."""

    made: frozenset[str]
    """Addresses of ours that exist, with all that they stand on."""
    foreign: dict[str, str]
    """Addresses whose names are taken by somebody else, each with the owner."""
    known: float
    """How much of what is ours the state knows, from the first that was made."""
    state: str
    running: bool
    left_over: frozenset[tuple[str, str]]
    """What carries tags and no spec wants: kind, and whose it is."""
    in_use: frozenset[str]
    """Which of these kinds are in use, or hold data; an alarm never is."""
    neighbour: bool
    """Whether another environment of the project is deployed beside it."""


def plans(addresses: list[str]) -> st.SearchStrategy[Plan]:
    """Every account that can be made of a spec's addresses."""
    some = st.sampled_from(addresses)
    tagged = st.sampled_from([each for each in addresses if each.partition(".")[0] in TAGGED])
    owners = st.sampled_from(["ours", *VISIBLE])
    return st.builds(
        Plan,
        made=st.one_of(st.just(frozenset(addresses)), st.frozensets(some, max_size=8)),
        foreign=st.dictionaries(tagged, st.sampled_from(VISIBLE), max_size=3),
        known=st.sampled_from([0.0, 0.3, 0.7, 1.0, 1.0]),
        state=st.sampled_from(STATES),
        running=st.booleans(),
        left_over=st.frozensets(st.tuples(st.sampled_from(LEFT_OVER), owners), max_size=4),
        in_use=st.frozensets(st.sampled_from(LEFT_OVER), max_size=3),
        neighbour=st.booleans(),
    )


@dataclass
class Made:
    """The account of a plan."""

    ours: Stack
    may_go: set[Key] = field(default_factory=set)
    must_go: set[Key] = field(default_factory=set)
    must_stay_out: set[str] = field(default_factory=set)


def make(world: World, plan: Plan, out: Path) -> Made:
    """Make it, and say what may go of it."""
    world.reset()
    ours = stack(world, SPEC, out)
    told = Made(ours)
    theirs = {below for address in plan.foreign for below in ours.what.descendants(address)}
    wanted = {above for address in plan.made for above in ours.what.ancestors(address)} - theirs
    from tests.live.safety.deploy import Deployer

    deployer = Deployer(world, ours.what, ours.made)
    deployer.make(wanted)
    foreign = _foreign(plan, deployer, theirs)
    told.must_stay_out = {below for address in foreign for below in ours.what.descendants(address)}
    for address in foreign:
        del ours.made[address]
    if not plan.running:
        _stop(world, ours)
    if plan.neighbour:
        stack(world, "two-environments.yaml", out, "prod").deployed("aws_ecs_service.job")
    loose = {key for each in sorted(plan.left_over) if (key := _left_over(ours, each, plan)) and _is_loose(each, plan)}
    _write_state(plan, ours)
    _judge(plan, told, loose)
    return told


def _foreign(plan: Plan, deployer: Any, theirs: set[str]) -> list[str]:
    """The foreign ones that can be: those whose own ground is there."""
    made = []
    for address, owner in plan.foreign.items():
        ground = deployer.what.ancestors(address) - {address}
        if ground & theirs or not ground <= deployer.made.keys():
            continue
        tags = OWNERS[owner]
        deployer.make({address}, lambda _resource, own, tags=tags: tags(own))
        made.append(address)
    return made


def _stop(world: World, ours: Stack) -> None:
    for address, told in ours.made.items():
        if address.startswith("aws_ecs_service."):
            world.client("ecs").update_service(cluster=told["cluster"], service=told["name"], desiredCount=0)


def _is_loose(each: tuple[str, str], plan: Plan) -> bool:
    kind, owner = each
    return owner == "ours" and (kind not in plan.in_use or kind == "alarm")


def _left_over(ours: Stack, each: tuple[str, str], plan: Plan) -> Key | None:
    """Make one thing that no spec wants; None where the account has no place for it."""
    kind, owner = each
    tags = OWNERS[owner]({**ours.what.tags, "Name": "mine-dev-old"})
    return _OLD[kind](ours, f"mine-dev-old-{owner.replace(' ', '-')}", tags, kind in plan.in_use)


def _topic(ours: Stack, name: str, tags: dict[str, str], used: bool) -> Key:  # noqa: FBT001 - a row of a table
    sns = ours.world.client("sns")
    arn = sns.create_topic(Name=name, Tags=pairs(tags))["TopicArn"]
    if used:
        sns.subscribe(TopicArn=arn, Protocol="sqs", Endpoint="arn:aws:sqs:us-east-1:210987654321:pagers")
    return "aws_sns_topic", arn


def _log_group(ours: Stack, name: str, tags: dict[str, str], used: bool) -> Key:  # noqa: FBT001 - likewise
    ours.world.client("logs").create_log_group(logGroupName=name, **({"tags": tags} if tags else {}))
    if used:
        events(ours.world, name, "what happened last week")
    return "aws_cloudwatch_log_group", name


def _repository(ours: Stack, name: str, tags: dict[str, str], used: bool) -> Key:  # noqa: FBT001 - likewise
    from tests.live.safety.test_point_5_preparation import IMAGE

    ecr = ours.world.client("ecr")
    ecr.create_repository(repositoryName=name, tags=pairs(tags))
    if used:
        import json

        ecr.put_image(repositoryName=name, imageManifest=json.dumps(IMAGE), imageTag="v1")
    return "aws_ecr_repository", name


def _secret(ours: Stack, name: str, tags: dict[str, str], used: bool) -> Key:  # noqa: FBT001 - likewise
    value = {"SecretString": "a value"} if used else {}
    arn = ours.world.client("secretsmanager").create_secret(Name=name, Tags=pairs(tags), **value)["ARN"]
    return "aws_secretsmanager_secret", arn


def _alarm(ours: Stack, name: str, tags: dict[str, str], _used: bool) -> Key:  # noqa: FBT001 - likewise
    ours.world.client("cloudwatch").put_metric_alarm(
        AlarmName=name,
        Namespace="n",
        MetricName="m",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        Statistic="Sum",
        ComparisonOperator="GreaterThanThreshold",
        Tags=pairs(tags),
    )
    return "aws_cloudwatch_metric_alarm", name


def _role(ours: Stack, name: str, tags: dict[str, str], used: bool) -> Key:  # noqa: FBT001 - likewise
    import json

    from tests.live.safety.by_hand import TRUST

    iam = ours.world.client("iam")
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST), Tags=pairs(tags))
    if used:
        iam.create_instance_profile(InstanceProfileName=name)
        iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName=name)
    return "aws_iam_role", name


def _group(ours: Stack, name: str, tags: dict[str, str], used: bool) -> Key | None:  # noqa: FBT001 - likewise
    if "aws_vpc.main" not in ours.made:
        return None
    ec2, vpc = ours.world.client("ec2"), ours.made["aws_vpc.main"]["id"]
    identity = ec2.create_security_group(GroupName=name, Description="old", VpcId=vpc)["GroupId"]
    if tags:
        ec2.create_tags(Resources=[identity], Tags=pairs(tags))
    if used:
        where = [{"Name": "vpc-id", "Values": [vpc]}]
        subnets = ec2.describe_subnets(Filters=where)["Subnets"]
        subnet = subnets[0]["SubnetId"] if subnets else _subnet(ec2, vpc)
        ec2.create_network_interface(SubnetId=subnet, Groups=[identity])
    return "aws_security_group", identity


def _subnet(ec2: Any, vpc: str) -> str:
    return str(ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.192/26")["Subnet"]["SubnetId"])


def _revision(ours: Stack, name: str, tags: dict[str, str], used: bool) -> Key:  # noqa: FBT001 - likewise
    ecs = ours.world.client("ecs")
    told = ecs.register_task_definition(family=name, containerDefinitions=[CONTAINER], **small_pairs(tags))
    arn = told["taskDefinition"]["taskDefinitionArn"]
    if used:
        ecs.create_cluster(clusterName=f"of-{name}")
        ecs.create_service(cluster=f"of-{name}", serviceName=name, taskDefinition=arn, desiredCount=1)
    return "aws_ecs_task_definition", arn


_OLD: Final[dict[str, Callable[[Stack, str, dict[str, str], bool], Key | None]]] = {
    "topic": _topic,
    "log group": _log_group,
    "repository": _repository,
    "secret": _secret,
    "alarm": _alarm,
    "role": _role,
    "security group": _group,
    "task definition": _revision,
}


def _write_state(plan: Plan, ours: Stack) -> None:
    made = {address: told for address, told in ours.made.items() if not address.startswith("data.")}
    known = dict(list(made.items())[: round(len(made) * plan.known)])
    match plan.state:
        case "right":
            ours.knows(made)
        case "empty":
            ours.knows({}, serial=9)
        case "older":
            ours.knows(made)
            ours.knows(known, serial=3)
        case "corrupt":
            states.put(ours.world, ours.what.stack, b'{"version": 4')
        case "stale ids":
            stale = {
                address: {**told, "id": f"{told['id']}0dead", "arn": "arn:aws:x"} for address, told in made.items()
            }
            ours.knows(stale)
        case "another stack's":
            other = stack(ours.world, "two-environments.yaml", ours.out, "dev").deployed("aws_vpc.main")
            states.put(ours.world, ours.what.stack, other.state())
        case _:
            states.lose(ours.world, ours.what.stack)


def _judge(plan: Plan, told: Made, loose: set[Key]) -> None:
    """What may go: what is loose, and with an empty state all of ours that nothing uses."""
    there = inventory(told.ours.world)
    nothing_is_stale = all(address.startswith("data.") for address in told.ours.made)
    if plan.state in ("right", "older") or (plan.state == "stale ids" and nothing_is_stale):
        told.may_go = with_parts(there, loose)
        told.must_go = {each for each in loose if each[0] not in _NOT_LISTED} if plan.state == "right" else set()
    if plan.state == "empty":
        used = _in_use(plan, told)
        told.may_go = with_parts(there, (keys(told.ours.made) | loose) - used) - used


def _in_use(plan: Plan, told: Made) -> set[Key]:
    """What a running service stands on, and what stands in its network."""
    ours = told.ours
    services = [each for each in ours.made if each.startswith("aws_ecs_service.")]
    if not (plan.running and services):
        return set()
    needed = {above for each in services for above in ours.what.ancestors(each)} | ours.what.descendants("aws_vpc.main")
    return keys(ours.made, needed)
