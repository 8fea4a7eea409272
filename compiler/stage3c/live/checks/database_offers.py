"""What RDS offers in the zones of the databases."""

from collections.abc import Iterator, Sequence

from stage3c.aws.kinds.kind import Json, Unanswered
from stage3c.language.model.database import Database
from stage3c.language.model.stack import Stack
from stage3c.live.account import Account, found
from stage3c.live.check import Check, Problem
from stage3c.wording import listed

_NO_SUCH_VERSION = ("InvalidParameterCombination", "InvalidParameterValue")


def ask(account: Account, stack: Stack) -> Json:
    """By database and class: the offers of its version, `{"zones": …, "multi_az": …, "storage": …}`."""
    return {f"{name} {kind}": _offers(account, database, kind) for name, database, kind, _ in _wanted(stack)}


def judge(stack: Stack, answer: Json) -> Iterator[Problem]:
    """Some offer must fit; RDS then needs one zone of the tier, or two for a standby."""
    for name, database, kind, standby in _wanted(stack):
        told, what = answer[f"{name} {kind}"], f"{kind} for PostgreSQL {database.version}"
        storage = database.storage_gib.type
        fitting = [offer for offer in told if offer["storage"] == storage and (offer["multi_az"] or not standby)]
        if fitting:
            yield from _in_zones(stack, name, database, (kind, what, standby), fitting)
            continue
        how = f"with {storage}{' and a standby' if standby else ''} " if told else "at all "
        cause = f"RDS does not offer {what} {how}in {stack.region}, which database {name} asks for."
        yield Problem(cause, _listing(stack, kind))


def _in_zones(
    stack: Stack, name: str, database: Database, asked: tuple[str, str, bool], offers: Sequence[Json]
) -> Iterator[Problem]:
    kind, what, standby = asked
    zones = stack.network.zones[: len(stack.network.subnets[database.subnets].cidrs)]
    offered = {zone for offer in offers for zone in offer["zones"]}
    left = [zone for zone in zones if zone not in offered]
    enough = len(zones) - len(left) >= (2 if standby else 1)
    if left:
        cause = f"RDS does not offer {what} in {listed(left)}, which database {name} may be put in."
        yield Problem(cause, _listing(stack, kind), "warning" if enough else "error")


def _wanted(stack: Stack) -> Iterator[tuple[str, Database, str, bool]]:
    """Each database with each class of its instances, and whether those have a standby; replicas have none."""
    for name, database in stack.databases.items():
        yield name, database, database.instance_class, database.multi_az
        replica = database.replicas.instance_class
        if database.replicas.count and replica and replica != database.instance_class:
            yield name, database, replica, False


def _offers(account: Account, database: Database, kind: str) -> Json:
    rds, exact = account.client("rds"), "." in database.version
    where = {"Engine": database.engine, "DBInstanceClass": kind, "Vpc": True}
    version = {"EngineVersion": database.version} if exact else {}
    operation, members = "describe_orderable_db_instance_options", "OrderableDBInstanceOptions"
    told = found(lambda: list(rds.pages(operation, members, **where, **version)), *_NO_SUCH_VERSION) or []
    if (
        not told
        and not rds.describe_orderable_db_instance_options(Engine=database.engine)["OrderableDBInstanceOptions"]
    ):
        raise Unanswered(f"RDS lists no offers of {database.engine} at all")
    fitting = (each for each in told if exact or each["EngineVersion"].partition(".")[0] == database.version)
    offers = {
        (
            each.get("StorageType", ""),
            bool(each.get("MultiAZCapable")),
            tuple(sorted(zone["Name"] for zone in each["AvailabilityZones"])),
        )
        for each in fitting
    }
    return [{"storage": storage, "multi_az": multi, "zones": [*zones]} for storage, multi, zones in sorted(offers)]


def _listing(stack: Stack, kind: str) -> str:
    return (
        "see what is offered: aws rds describe-orderable-db-instance-options --engine postgres "
        f"--db-instance-class {kind} --region {stack.region}"
    )


CHECK = Check(
    id="PRE116",
    title="Databases are offered in their zones",
    why='RDS refuses a class or version that a zone lacks: "Cannot create a database instance because no subnets exist".',
    source="https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeOrderableDBInstanceOptions.html (2026-11-26)",
    ask=ask,
    answer={str: [{"storage": str, "multi_az": bool, "zones": [str]}]},
    concerns=lambda stack: bool(stack.databases),
    judge=judge,
)
