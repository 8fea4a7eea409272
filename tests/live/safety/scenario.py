"""One account of the matrix: our stack, one thing in it that is somebody else's, and a state that may be wrong.

Who owns what, and what is in use, is known since it was made so; nothing here asks the commands.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from msgspec import Struct

from tests.conftest import ROOT
from tests.live.safety import states
from tests.live.safety.account import Call, World
from tests.live.safety.command import Done, Stage3c
from tests.live.safety.deploy import Compiled, Deployer, Made, compiled
from tests.live.safety.listing import Inventory, Key, changed, gone, inventory, key_of
from tests.live.safety.listing.parts import with_parts
from tests.live.safety.making import MAKERS, TAGGED
from tests.live.safety.owners import OWNERS, hide_tags
from tests.live.safety.values import parents

HERE: Final = ROOT / "tests" / "live" / "safety" / "specs"
SLICES: Final = ("web", "data")
NOT_IN_AWS: Final = frozenset({"aws_acm_certificate_validation"})
TYPES: Final = tuple(sorted(frozenset(MAKERS) - NOT_IN_AWS))
DATA: Final = frozenset({"aws_db_instance", "aws_secretsmanager_secret_version"})
"""What holds data as soon as it is there."""


def slice_of(kind: str) -> Compiled:
    """The smallest spec that has a type."""
    for name in SLICES:
        what = compiled(HERE / f"{name}.yaml")
        if any(each.type == kind for each in what.managed):
            return what
    msg = f"no spec of the matrix has {kind}"
    raise AssertionError(msg)


def first(what: Compiled, kind: str) -> str:
    """The first address of a type."""
    return next(each.address for each in what.managed if each.type == kind)


@dataclass
class Scenario:
    """An account with one foreign thing at `target`, the commands, and what the tests know of it."""

    world: World
    what: Compiled
    target: str
    owner: str
    out: Path
    ours: Made
    foreign: Made

    @property
    def stage3c(self) -> Stage3c:
        return Stage3c(self.what.spec, self.out, self.what.stack.name)

    @property
    def forbidden(self) -> set[str]:
        """Addresses at which an import would take over what is not ours."""
        return {below for address in self.foreign for below in self.what.descendants(address)}

    def running(self) -> set[Key]:
        """What our services stand on, and what stands on it: in use for as long as they run."""
        services = [address for address in self.ours if address.startswith("aws_ecs_service.")]
        needed = {above for address in services for above in self.what.ancestors(address)}
        if "aws_vpc.main" in self.ours:
            needed |= self.what.descendants("aws_vpc.main")
        attached = {
            each.address
            for each in self.what.managed
            if each.type not in TAGGED and parents(each) & needed and each.type != "aws_cloudwatch_dashboard"
        }
        return keys(self.ours, needed | attached)

    def loose(self) -> set[Key]:
        """What may go if nothing of the stack is in its state: ours, not in use, no data; with its parts."""
        kept = self.running() | {key for key in keys(self.ours) if key[0] in DATA}
        return with_parts(inventory(self.world), keys(self.ours) - kept) - kept


def keys(made: Made, only: Collection[str] | None = None) -> set[Key]:
    """Where what was made stands in an inventory."""
    some = ((address, told) for address, told in made.items() if only is None or address in only)
    found = (key_of(address, told) for address, told in some if not address.startswith("data."))
    return {key for key in found if key}


def scenario(world: World, kind: str, owner: str, out: Path) -> Scenario:
    """Make the account: all of ours but what would stand on the target, and the target as its owner made it."""
    world.reset()
    what = slice_of(kind)
    target = first(what, kind)
    foreign = {target} if kind in TAGGED else {target} | owners_of(what, target)
    stands = {below for address in foreign for below in what.descendants(address)}
    deployer = Deployer(world, what)
    states.place(world, what.stack)
    ours = deployer.make({each.address for each in what.managed} - stands)
    tags = OWNERS[owner]
    theirs = deployer.make(foreign, lambda _resource, own: tags(own))
    if owner != "ours":
        disguise(world, what, target, deployer.made)
    if owner == "unreadable":
        for address in foreign:
            if address.partition(".")[0] in TAGGED:
                hide_tags(world, address.partition(".")[0])
    return Scenario(world, what, target, owner, out, ours, theirs)


def owners_of(what: Compiled, address: str) -> set[str]:
    """The taggable parents of something that has no tags of its own, through parents that have none either."""
    found: set[str] = set()
    for parent in parents(what.graph.resources[address]):
        if parent not in what.graph.resources or what.graph.resources[parent].mode != "resource":
            continue
        found |= {parent} if parent.partition(".")[0] in TAGGED else owners_of(what, parent)
    kind = address.partition(".")[0]
    near = {
        "aws_cloudwatch_dashboard": set[str](),
        "aws_route": {"aws_route_table"},
        "aws_route_table_association": {"aws_route_table"},
        "aws_iam_role_policy": {"aws_iam_role"},
    }
    return {each for each in found if kind not in near or each.partition(".")[0] in near[kind]}


def disguise(world: World, what: Compiled, target: str, made: Made) -> None:
    """What only its content can tell from ours has content of its own."""
    kind, told = target.partition(".")[0], made[target]
    if kind == "aws_cloudwatch_dashboard":
        world.client("cloudwatch").put_dashboard(DashboardName=told["id"], DashboardBody='{"widgets": []}')
    if kind == "aws_route53_record":
        name, kind_of_record = str(told["name"]), str(told["type"])
        value = "203.0.113.9" if kind_of_record == "A" else "elsewhere.example."
        record = {"Name": name, "Type": kind_of_record, "TTL": 60, "ResourceRecords": [{"Value": value}]}
        batch = {"Changes": [{"Action": "UPSERT", "ResourceRecordSet": record}]}
        zone = made["data.aws_route53_zone.main"]["zone_id"]
        world.client("route53").change_resource_record_sets(HostedZoneId=zone, ChangeBatch=batch)
    assert what.stack.name


STATES: Final[dict[str, Callable[[Scenario], None]]] = {}


def _state(name: str) -> Callable[[Callable[[Scenario], None]], Callable[[Scenario], None]]:
    def add(make: Callable[[Scenario], None]) -> Callable[[Scenario], None]:
        STATES[name] = make
        return make

    return add


@_state("right")
def _right(case: Scenario) -> None:
    states.put(case.world, case.what.stack, states.document(case.what, case.ours))


@_state("older")
def _older(case: Scenario) -> None:
    """An older version restored, with its digest: the last third of what was made is not in it."""
    _right(case)
    early = list(case.ours)[: max(1, len(case.ours) * 2 // 3)]
    known = {address: case.ours[address] for address in early if address in case.ours}
    states.put(case.world, case.what.stack, states.document(case.what, known, serial=5))


@_state("stale ids")
def _stale(case: Scenario) -> None:
    """One address points at what AWS does not have any more."""
    known = {address: dict(told) for address, told in case.ours.items()}
    address = next((each for each in known if each.startswith("aws_ecs_cluster.")), next(iter(known)))
    for name in ("id", "arn", "name"):
        if name in known[address]:
            known[address][name] = f"{known[address][name]}0dead"
    states.put(case.world, case.what.stack, states.document(case.what, known))


@_state("another stack's")
def _anothers(case: Scenario) -> None:
    """The state of another environment, whose resources exist, with a correct digest."""
    text = case.what.spec.read_text(encoding="utf-8").replace("environment: prod", "environment: stage")
    spec = case.out / "specs" / "other" / "stage.yaml"
    spec.parent.mkdir(parents=True, exist_ok=True)
    spec.write_text(text, encoding="utf-8")
    other = compiled(spec)
    made = Deployer(case.world, other).make({"aws_vpc.main", "aws_ecs_cluster.main"})
    document = states.document(other, made, lineage="5f1d2c3b-0000-4000-8000-00000000aaaa")
    states.put(case.world, case.what.stack, document)


@_state("lost")
def _lost(case: Scenario) -> None:
    states.lose(case.world, case.what.stack)


@_state("empty")
def _empty(case: Scenario) -> None:
    """After `terraform destroy`, as it says; all is there nevertheless."""
    states.put(case.world, case.what.stack, states.document(case.what, {}, serial=9))


class Verdict(Struct, frozen=True):
    """What a command did to an account."""

    done: Done
    before: Inventory
    after: Inventory

    @property
    def gone(self) -> set[Key]:
        return gone(self.before, self.after)

    @property
    def touched(self) -> set[Key]:
        """What is gone, or not the same any more."""
        return self.gone | changed(self.before, self.after)


def cleaned(case: Scenario) -> Verdict:
    """Run `cleanup --yes` with the name typed, between two inventories."""
    before = inventory(case.world)
    done = case.stage3c.cleanup()
    return Verdict(done, before, inventory(case.world))


def adopted(case: Scenario) -> tuple[Done, dict[str, str], list[Call]]:
    """Run `adopt`: how it ended, what it wrote to be imported, and what it tried to change, which is nothing."""
    case.stage3c.forget()
    case.world.calls.clear()
    done = case.stage3c.adopt()
    return done, case.stage3c.imports(), case.world.changes()
