"""Container is given only the address of a read replica."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph, refs_in
from stage3c.rules.rule import Rule, at
from stage3c.views.tasks import containers

_ADDRESSES = ("address", "endpoint")


def check(graph: Graph) -> Iterator[Finding]:
    """Look at containers that are given something of a primary, but its address only of replicas."""
    for task, container in containers(graph):
        addresses: set[str] = set()
        others: set[str] = set()
        for ref in refs_in((container.written.get("environment"), container.written.get("secrets"))):
            (addresses if ref.attribute in _ADDRESSES else others).add(ref.address)
        replicas: dict[str, str] = {}
        for address in sorted(addresses):
            replica = graph.resources.get(address)
            source = graph.target(replica.attributes.get("replicate_source_db")) if replica is not None else None
            if source is not None:
                replicas[source.address] = address
        for primary, replica_address in replicas.items():
            if primary in others and primary not in addresses:
                where = f'gives container "{container.label}" the address of {replica_address} and not of {primary}'
                yield at(task, where, f"add a variable with {primary}.address")


RULE = Rule(
    id="DBS261",
    scope="terraform",
    title="Container is given only the address of a read replica",
    what="A container receives the port, name or credentials of a database, but only the address of its replica.",
    why="Every write fails: a read replica is read-only.",
    fix="Give the container the address of the primary too.",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ReadRepl.html (from memory)",
    severity=Severity.WARNING,  # it may only read
    bad_terraform="""\
resource "aws_db_instance" "replica" {
  instance_class         = "db.t4g.micro"
  replicate_source_db    = aws_db_instance.main.identifier
  storage_encrypted      = true
  skip_final_snapshot    = true
  vpc_security_group_ids = [aws_security_group.database.id]
}

resource "aws_ecs_task_definition" "web" {
  family                   = "shop-web"
  network_mode             = "awsvpc"
  requires_compatibilities = ["FARGATE"]
  cpu                      = 256
  memory                   = 512
  execution_role_arn       = aws_iam_role.execution.arn
  container_definitions = jsonencode([{
    name         = "web"
    image        = "public.ecr.aws/nginx/nginx:1.27"
    portMappings = [{ containerPort = 8080 }]
    environment = [
      { name = "DB_HOST", value = aws_db_instance.replica.address },
      { name = "DB_PORT", value = tostring(aws_db_instance.main.port) },
    ]
  }])
}
""",
    check_graph=check,
)
