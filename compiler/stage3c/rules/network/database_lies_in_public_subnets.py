"""Database, cache or file system is in subnets with a route to the internet gateway."""

from collections.abc import Iterator
from typing import Final

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph, Resource, Value, blocks, flag, items
from stage3c.reach.network import leads_to_the_internet
from stage3c.reach.topology import places_of_database, subnet_of, topology
from stage3c.rules.rule import Rule, at

_STORES: Final = {
    "aws_rds_cluster": "db_subnet_group_name.subnet_ids",
    "aws_elasticache_cluster": "subnet_group_name.subnet_ids",
    "aws_elasticache_replication_group": "subnet_group_name.subnet_ids",
    "aws_efs_mount_target": "subnet_id",
    "aws_opensearch_domain": "vpc_options.subnet_ids",
    "aws_elasticsearch_domain": "vpc_options.subnet_ids",
}


def check(graph: Graph) -> Iterator[Finding]:
    """Look where the subnets of private instances lead; a public one is the subject of other rules."""
    known = topology(graph)
    for database in graph.of_type("aws_db_instance"):
        if flag(database.attributes.get("publicly_accessible"), default=False) is not False:
            continue
        subnets = [place.subnet for place in places_of_database(known, database) if place.subnet]
        public = [subnet.key for subnet in subnets if leads_to_the_internet(subnet)]
        if public:
            cause = f"is in {public[0]}, which has a route to an internet gateway"
            yield at(database, cause, "use a subnet group of private subnets")
    for kind, path in _STORES.items():
        for store in graph.of_type(kind):
            found = [subnet_of(known, value) for value in _subnets(graph, store, path)]
            open_ones = [subnet.key for subnet in found if subnet and leads_to_the_internet(subnet)]
            if open_ones:
                cause = f"is in {open_ones[0]}, which has a route to an internet gateway"
                yield at(store, cause, "use private subnets")


def _subnets(graph: Graph, store: Resource, path: str) -> list[Value]:
    """The subnets of a store: its own, those of a block, or those of its subnet group."""
    name, _, inner = path.partition(".")
    value = store.attributes.get(name)
    group = graph.target(value)
    if inner and group is not None:
        return items(group.attributes.get("subnet_ids"))
    return [each for block in blocks(value) for each in items(block.get(inner))] if inner else items(value)


RULE = Rule(
    id="NET262",
    scope="terraform",
    title="Database, cache or file system is in subnets with a route to the internet gateway",
    what="A private database, cache, search domain or file system has public subnets.",
    why="One changed argument or security group rule then opens it to the internet.",
    fix="Use subnets without a route to the internet gateway in `aws_db_subnet_group`.",
    source="https://docs.aws.amazon.com/config/latest/developerguide/rds-instance-subnet-igw-check.html (2026-11-28)",
    severity=Severity.WARNING,
    bad_terraform="""\
resource "aws_db_subnet_group" "main" {
  name       = "shop"
  subnet_ids = [aws_subnet.public_a.id, aws_subnet.public_b.id]
}
""",
    check_graph=check,
)
