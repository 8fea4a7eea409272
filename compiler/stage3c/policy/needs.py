"""The permissions without which a stack cannot work, each derived from what needs it."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from stage3c.graph import Graph, Ref, Resource, Text, Value, blocks, flag, items, refs_in
from stage3c.policy.need import Need
from stage3c.policy.resource_policies import key_of, managed_alias
from stage3c.policy.service_needs import of_services_on_keys, to_assume
from stage3c.views.arns import account_of, home_region, partition_of, written
from stage3c.views.services import Service, services
from stage3c.views.tasks import Container, containers

PULL: Final = ("ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")
SHELL: Final = (
    "ssmmessages:CreateControlChannel",
    "ssmmessages:CreateDataChannel",
    "ssmmessages:OpenControlChannel",
    "ssmmessages:OpenDataChannel",
)
_KEY_ARGUMENTS: Final = {
    "aws_secretsmanager_secret": "kms_key_id",
    "aws_db_instance": "master_user_secret_kms_key_id",
    "aws_rds_cluster": "master_user_secret_kms_key_id",
    "aws_ssm_parameter": "key_id",
}
_SUFFIX: Final = re.compile(r"-[A-Za-z0-9]{6}$|[«»*?][^:]*$")
_ECR: Final = re.compile(r"([0-9]{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?/([a-z0-9._/-]+?)(?:[:@].*)?")


def needed_permissions(graph: Graph) -> list[Need]:
    """Every permission that tasks and flow logs need, each once."""
    found: list[Need] = []
    for task, container in containers(graph):
        found += _to_start(graph, task, container)
        found += _of_application(graph, task, container)
    for service in services(graph).values():
        found += _for_shells(service)
    for log in graph.of_type("aws_flow_log"):
        found += _for_flow_logs(graph, log)
    found += to_assume(graph, found)
    found += of_services_on_keys(graph)
    return list({(n.origin.address, str(n.role), n.action, n.resource, n.why): n for n in found}.values())


def _to_start(graph: Graph, task: Resource, container: Container) -> Iterator[Need]:
    role = task.attributes.get("execution_role_arn")
    by_instance = role is None and not _is_fargate(graph, task)
    repository = _repository(graph, container.written.get("image"))
    if repository and not by_instance:
        yield Need("execution", role, "ecr:GetAuthorizationToken", "*", "pulls its image from ECR", task)
        for action in PULL:
            yield Need("execution", role, action, repository, "pulls its image from ECR", task)
    for logging in container.logging if not by_instance else ():
        yield from _for_logs(graph, task, logging)
    for secret in container.secrets:
        yield from _for_secret(graph, task, role, secret)
    for credentials in blocks(container.written.get("repositoryCredentials")):
        home = _secret_arn(graph, credentials.get("credentialsParameter"))
        if home:
            yield Need("execution", role, "secretsmanager:GetSecretValue", home, "logs in to its registry", task)


def _is_fargate(graph: Graph, task: Resource) -> bool:
    """Tell whether a task certainly runs on Fargate; on EC2, the instance's role pulls images and writes logs.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html (2026-11-28)
    """
    users = graph.users(task, "aws_ecs_service")
    return "FARGATE" in items(task.attributes.get("requires_compatibilities")) and not any(
        service.attributes.get("launch_type") == "EC2" for service in users
    )


def _repository(graph: Graph, image: Value) -> str | None:
    """The ARN of the private repository of an image."""
    for ref in refs_in(image):
        target = graph.target(ref)
        if target is not None and target.type == "aws_ecr_repository":
            return written(graph, Ref(ref.address, "arn"))
        return None
    private = _ECR.fullmatch(image) if isinstance(image, str) else None
    if private is None:
        return None
    account, region, name = private.groups()
    return f"arn:{partition_of(graph)}:ecr:{region}:{account}:repository/{name}"


def _for_logs(graph: Graph, task: Resource, logging: Mapping[str, Value]) -> Iterator[Need]:
    options = logging.get("options")
    if logging.get("logDriver") != "awslogs" or not isinstance(options, Mapping):
        return
    group = _log_group(graph, task, options)
    if group is None:
        return
    role = task.attributes.get("execution_role_arn")
    actions = ["logs:CreateLogStream", "logs:PutLogEvents"]
    if flag(options.get("awslogs-create-group"), default=False):
        actions.append("logs:CreateLogGroup")
    for action in actions:
        yield Need("execution", role, action, f"{group}:log-stream:any", "writes its logs", task)


def _log_group(graph: Graph, task: Resource, options: Mapping[str, Value]) -> str | None:
    value = options.get("awslogs-group")
    target = graph.target(value)
    if target is not None and target.type == "aws_cloudwatch_log_group":
        return written(graph, Ref(target.address, "arn"))
    name = written(graph, value)
    where = written(graph, options.get("awslogs-region")) or home_region(graph, task)
    return f"arn:{partition_of(graph)}:logs:{where}:{account_of(graph)}:log-group:{name}" if name else None


def _for_secret(graph: Graph, task: Resource, role: Value, secret: Mapping[str, Value]) -> Iterator[Need]:
    value = secret.get("valueFrom")
    target = next((graph.target(ref) for ref in refs_in(value)), None)
    name = secret.get("name")
    why = f"injects {name if isinstance(name, str) else 'a secret'}"
    if target is not None and target.type == "aws_ssm_parameter":
        arn = written(graph, Ref(target.address, "arn"))
        if arn:
            yield Need("execution", role, "ssm:GetParameters", arn, why, task)
        if target.attributes.get("type") == "SecureString":
            yield from _for_key(graph, task, role, target, why)
        return
    text = written(graph, value)
    if target is None and text is not None and not text.startswith("arn:"):
        arn = f"arn:{partition_of(graph)}:ssm:{home_region(graph, task)}:{account_of(graph)}:parameter/{text.removeprefix('/')}"
        yield Need("execution", role, "ssm:GetParameters", arn, why, task)
        return
    home = _secret_arn(graph, value)
    if home and ":ssm:" in home:
        yield Need("execution", role, "ssm:GetParameters", home, why, task)
    elif home:
        yield Need("execution", role, "secretsmanager:GetSecretValue", home, why, task)
    yield from _for_key(graph, task, role, target, why)


def _for_key(
    graph: Graph, task: Resource, role: Value, secret: Resource | None, why: str, kind: str = "execution"
) -> Iterator[Need]:
    """A secret under a customer's own key needs that key too; the one that AWS manages admits the whole account."""
    argument = _KEY_ARGUMENTS.get(secret.type) if secret is not None and secret.mode == "resource" else None
    value = secret.attributes.get(argument) if secret is not None and argument else None
    if value is None or managed_alias(graph, value):
        return
    key, arn = key_of(graph, value, home_region(graph, task))
    through = "ssm" if argument == "key_id" else "secretsmanager"
    text = f"{why}, which is under a key of its own"
    yield Need(kind, role, "kms:Decrypt", arn, text, task, key=key, through=through)


def _secret_arn(graph: Graph, value: Value) -> str | None:
    """The ARN at the start of `arn:key:stage:version`."""
    if isinstance(value, Text) and isinstance(value.parts[0], Ref):
        return written(graph, value.parts[0])
    text = written(graph, value)
    if text is None:
        return None
    arn = ":".join(text.split(":")[:7])
    # Without the six characters that AWS adds, it means the secret of that name all the same:
    # https://docs.aws.amazon.com/secretsmanager/latest/userguide/troubleshoot.html (2026-11-28)
    return f"{arn}-«suffix»" if ":secretsmanager:" in arn and not _SUFFIX.search(arn) else arn


def _of_application(graph: Graph, task: Resource, container: Container) -> Iterator[Need]:
    """An application that is given the ARN of a secret reads it by itself."""
    role = task.attributes.get("task_role_arn")
    for variable in container.environment:
        value = variable.get("value")
        target = graph.target(value)
        if not isinstance(value, Ref) or target is None:
            continue
        whole = target.type == "aws_secretsmanager_secret" and value.attribute in ("arn", "id")
        if whole or value.attribute.endswith("secret_arn"):
            arn = written(graph, Ref(target.address, "arn") if whole else value)
            why = f"is given the ARN of a secret as {variable.get('name')}"
            if arn:
                yield Need("application", role, "secretsmanager:GetSecretValue", arn, why, task)
                yield from _for_key(graph, task, role, target, why, "application")


def _for_shells(service: Service) -> Iterator[Need]:
    if service.task is not None and flag(service.resource.attributes.get("enable_execute_command"), default=False):
        task = service.task.resource
        for action in SHELL:
            yield Need("task", task.attributes.get("task_role_arn"), action, "*", "opens shells by ECS Exec", task)


def _for_flow_logs(graph: Graph, log: Resource) -> Iterator[Need]:
    if log.attributes.get("log_destination_type", "cloud-watch-logs") != "cloud-watch-logs":
        return
    target = graph.target(log.attributes.get("log_destination"))
    is_group = target is not None and target.type == "aws_cloudwatch_log_group"
    group = written(graph, Ref(target.address, "arn")) if target is not None and is_group else None
    for action in ("logs:CreateLogStream", "logs:PutLogEvents") if group else ():
        role = log.attributes.get("iam_role_arn")
        yield Need("flow logs", role, action, f"{group}:log-stream:any", "writes flow logs", log)
