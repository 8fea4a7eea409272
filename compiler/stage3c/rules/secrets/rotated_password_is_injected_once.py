"""Rotated password is read only once."""

from collections.abc import Iterator

from stage3c.diagnostics import Finding, Severity
from stage3c.graph import Graph, Ref, Resource, Text, Value, document, refs_in
from stage3c.rules.rule import Rule, at
from stage3c.views.tasks import Container, containers

_SECRET = "master_user_secret"  # noqa: S105 - the name of an attribute


def check(graph: Graph) -> Iterator[Finding]:
    """Look for tasks that are given the password of RDS, but neither its ARN nor a redeployment."""
    redeployed = {ref for rule in graph.of_type("aws_cloudwatch_event_rule") for ref in _watched(rule)}
    rotated_by_hand = {
        ref.address for each in graph.of_type("aws_secretsmanager_secret_rotation") for ref in _refs(each)
    }
    for task, container in containers(graph):
        read_again = {ref for variable in container.environment for ref in refs_in(variable.get("value"))}
        for ref, variable in _injected(graph, container, rotated_by_hand):
            if ref not in read_again and ref not in redeployed:
                cause = f"injects {variable} from {ref.address} once, when a task starts"
                yield at(task, f"{cause}; after the next rotation it is out of date", _FIX.format(ref))


_FIX = (
    "give the ARN of the secret as well ({{arn_of: KEY}} in a spec) and read the password again when a login fails, or "
    "redeploy on rotation (`redeploy_on_rotation: true`)"
)


def _watched(rule: Resource) -> Iterator[Ref]:
    yield from refs_in(document(rule.attributes.get("event_pattern")))


def _refs(resource: Resource) -> Iterator[Ref]:
    yield from refs_in(resource.attributes.get("secret_id"))


def _injected(graph: Graph, container: Container, rotated: set[str]) -> Iterator[tuple[Ref, str]]:
    """One for each secret that rotates, with the first variable that has its password, or all of it."""
    seen: set[Ref] = set()
    for secret in container.secrets:
        value: Value = secret.get("valueFrom")
        for ref in refs_in(value):
            database = graph.target(ref)
            by_rds = database is not None and database.type in ("aws_db_instance", "aws_rds_cluster")
            rotates = (by_rds and ref.attribute.startswith(_SECRET)) or ref.address in rotated
            if rotates and ref not in seen and not _is_the_user_name(value):
                seen.add(ref)
                name = secret.get("name")
                yield ref, name if isinstance(name, str) else "a secret"


def _is_the_user_name(value: Value) -> bool:
    last = value.parts[-1] if isinstance(value, Text) else ""
    return isinstance(last, str) and last.startswith(":username:")


RULE = Rule(
    id="SEC113",
    title="Rotated password is read only once",
    scope="graph",
    what="A task is injected with a password that rotates, and neither reads it again nor is redeployed.",
    why=(
        "RDS rotates a password that it manages every seven days. Tasks receive secrets when they start, so new "
        "connections of older tasks fail from then on: an outage within a week of the first release."
    ),
    fix=(
        "Add the ARN of the secret with `{arn_of: KEY}`, and read the password again when a login fails, as services/fastapi "
        "does. Otherwise write `redeploy_on_rotation: true`: new connections then fail until the new tasks are healthy."
    ),
    source="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html (2026-11-28)",
    severity=Severity.WARNING,
    bad="services: {api: {secrets: {DB_SECRET_ARN: null}}}",
    good="services: {api: {secrets: {DB_SECRET_ARN: null}, redeploy_on_rotation: true}}",
    bad_terraform="""
resource "aws_ecs_task_definition" "web" {
  family                   = "shop-web"
  network_mode             = "awsvpc"
  requires_compatibilities = ["FARGATE"]
  cpu                      = "256"
  memory                   = "512"
  execution_role_arn       = aws_iam_role.execution.arn
  container_definitions = jsonencode([{
    name                   = "web"
    image                  = "${aws_ecr_repository.web.repository_url}:1.0.0"
    readonlyRootFilesystem = true
    linuxParameters        = { initProcessEnabled = true }
    portMappings           = [{ containerPort = 8080 }]
    environment            = [{ name = "DB_HOST", value = aws_db_instance.main.address }]
    secrets = [
      { name = "DB_USER", valueFrom = "${aws_db_instance.main.master_user_secret[0].secret_arn}:username::" },
      { name = "DB_PASSWORD", valueFrom = "${aws_db_instance.main.master_user_secret[0].secret_arn}:password::" },
    ]
  }])
}
""",
    check_graph=check,
)
