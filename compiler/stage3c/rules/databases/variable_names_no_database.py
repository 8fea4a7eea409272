"""Container receives the db_name of an instance that has none."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph, Resource, refs_in
from stage3c.rules.rule import Rule, at
from stage3c.views.tasks import containers

_FROM_ELSEWHERE = ("replicate_source_db", "snapshot_identifier", "restore_to_point_in_time", "s3_import")


def check(graph: Graph) -> Iterator[Finding]:
    """Look at the instances whose db_name a container is given."""
    for task, container in containers(graph):
        for ref in refs_in(container.written.get("environment")):
            instance = graph.resources.get(ref.address)
            if ref.attribute == "db_name" and instance is not None and _has_none(instance):
                where = f'gives container "{container.label}" {ref}'
                yield at(
                    task, f"{where}, but that instance sets no db_name", f'set db_name = "app" in {instance.address}'
                )


def _has_none(instance: Resource) -> bool:
    """In a configuration, of an instance that starts empty."""
    if instance.type != "aws_db_instance" or instance.mode != "resource" or not instance.spans:
        return False
    return not any(instance.attributes.get(key) for key in ("db_name", "name", *_FROM_ELSEWHERE))


RULE = Rule(
    id="DBS260",
    scope="terraform",
    title="Container receives the db_name of an instance that has none",
    what="A variable of a container is the db_name of an aws_db_instance that does not set it.",
    why="RDS then creates no database (PostgreSQL has `postgres` alone), and the variable is empty.",
    fix="Set `db_name` in the instance.",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html (2026-11-28)",
    severity=Severity.WARNING,
    bad_terraform="""\
resource "aws_db_instance" "plain" {
  identifier                  = "shop-plain"
  engine                      = "postgres"
  engine_version              = "17.5"
  instance_class              = "db.t4g.micro"
  allocated_storage           = 20
  username                    = "shop"
  manage_master_user_password = true
  db_subnet_group_name        = aws_db_subnet_group.main.name
  vpc_security_group_ids      = [aws_security_group.database.id]
  skip_final_snapshot         = true
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
    environment  = [{ name = "DB_NAME", value = aws_db_instance.plain.db_name }]
  }])
}
""",
    check_graph=check,
)
