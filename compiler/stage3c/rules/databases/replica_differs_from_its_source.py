"""Read replica differs from its primary."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph, Resource, flag, items
from stage3c.rules.rule import Rule, at


def check(graph: Graph) -> Iterator[Finding]:
    """Compare each replica with the instance of this stack that it replicates."""
    for replica in graph.of_type("aws_db_instance"):
        source = graph.target(replica.attributes.get("replicate_source_db"))
        if source is not None and source.mode == "resource" and source is not replica:
            for fault in _faults(graph, replica, source):
                yield at(replica, *fault)


def _faults(graph: Graph, replica: Resource, source: Resource) -> Iterator[tuple[str, str]]:
    encrypted = flag(source.attributes.get("storage_encrypted"), default=False)
    if encrypted and flag(replica.attributes.get("storage_encrypted"), default=False) is False:
        yield (
            f"does not set storage_encrypted, but {source.address} is encrypted, so every plan replaces it",
            "set storage_encrypted = true",
        )
    if replica.attributes.get("vpc_security_group_ids") is None and source.attributes.get("vpc_security_group_ids"):
        yield (
            f"uses the default security group of its VPC, unlike {source.address}",
            f"set vpc_security_group_ids = {source.address}.vpc_security_group_ids",
        )
    strangers = _strangers(graph, replica, source)
    if strangers:
        yield (
            f"has the security group of {strangers[0].address}, unlike {source.address}",
            f"set vpc_security_group_ids = {source.address}.vpc_security_group_ids",
        )
    own, theirs = (each.attributes.get("parameter_group_name") for each in (replica, source))
    if own is None and theirs is not None:
        yield (
            f"uses the default parameter group, unlike {source.address}",
            f"set parameter_group_name = {source.address}.parameter_group_name",
        )
    group, other = graph.target(own), graph.target(theirs)
    families = [each.attributes.get("family") for each in (group, other) if each is not None]
    primaries = [each for each in graph.users(group, "aws_db_instance") if _is_primary(each)] if group else []
    if group is not other and primaries and source not in primaries and len(families) > 1:
        yield (
            f"has the parameter group of {primaries[0].address}, but replicates {source.address}",
            f"set parameter_group_name = {source.address}.parameter_group_name",
        )


def _strangers(graph: Graph, replica: Resource, source: Resource) -> list[Resource]:
    """What else uses the security groups of a replica that its source does not have: a group of its own is a choice."""
    own, theirs = (items(each.attributes.get("vpc_security_group_ids")) for each in (replica, source))
    groups = [graph.target(value) for value in own if value not in theirs]
    users = [user for group in groups if group is not None for user in graph.users(group)]
    family = [replica, source, *graph.users(source, "aws_db_instance")]
    rules = ("aws_vpc_security_group_", "aws_security_group")
    return [user for user in users if user not in family and not user.type.startswith(rules)]


def _is_primary(database: Resource) -> bool:
    return database.attributes.get("replicate_source_db") is None


RULE = Rule(
    id="DBS222",
    scope="terraform",
    title="Read replica differs from its primary",
    severity=Severity.WARNING,
    what="A replica lacks the encryption, parameter group or security groups of its primary.",
    why="Terraform replaces it at every apply, or its clients can connect without TLS.",
    fix="Set storage_encrypted, parameter_group_name and vpc_security_group_ids as on the primary.",
    source="https://registry.terraform.io/providers/hashicorp/aws/5.100.0/docs/resources/db_instance",
    bad_terraform="""\
resource "aws_db_instance" "replica" {
  instance_class      = "db.t4g.micro"
  replicate_source_db = aws_db_instance.main.identifier
  skip_final_snapshot = true
}
""",
    good_terraform="""\
resource "aws_db_instance" "replica" {
  instance_class         = "db.t4g.micro"
  replicate_source_db    = aws_db_instance.main.identifier
  storage_encrypted      = true
  parameter_group_name   = aws_db_parameter_group.main.name
  vpc_security_group_ids = [aws_security_group.database.id]
  skip_final_snapshot    = true
}
""",
    check_graph=check,
)
