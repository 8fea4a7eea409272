"""Two roles for each service and job: what ECS needs to start its tasks, and what the application itself may do."""

from collections.abc import Iterator

from stage3c.graph import Json, Origin, Ref, Resource, Text, Value
from stage3c.language.model.stack import Stack
from stage3c.resources.contract import secret_names
from stage3c.resources.naming import named, partition, trust
from stage3c.resources.repositories import private_image
from stage3c.resources.secrets import secret_of
from stage3c.resources.tasks import Task, tasks

_PULL: list[Value] = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
_EXEC: list[Value] = [
    "ssmmessages:CreateControlChannel",
    "ssmmessages:CreateDataChannel",
    "ssmmessages:OpenControlChannel",
    "ssmmessages:OpenDataChannel",
]


def identity(stack: Stack) -> Iterator[Resource]:
    """The roles of every task, trusted by ECS tasks of this account alone, with exactly what is needed."""
    for task in tasks(stack):
        origin = Origin(task.path)
        for kind in ("execution", "task"):
            attributes: dict[str, Value] = {
                "name": named(stack, "aws_iam_role.name", task.key, kind, stack.region),
                "description": f"{kind.capitalize()} role of {task.kind} {task.key}",
                "assume_role_policy": Json(trust(stack, "ecs-tasks.amazonaws.com", "ecs")),
            }
            yield Resource("aws_iam_role", f"{task.name}_{kind}", attributes, origin)
        yield _policy(task.name, "execution", _execution(stack, task), origin)
        if has_task_policy(stack, task):
            yield _policy(task.name, "task", _task(stack, task), origin)


def policies_of(stack: Stack, task: Task) -> list[str]:
    """The addresses of what its roles are granted, which a task that starts earlier does not have."""
    kinds = ("execution", "task") if has_task_policy(stack, task) else ("execution",)
    return [f"aws_iam_role_policy.{task.name}_{kind}" for kind in kinds]


def has_task_policy(stack: Stack, task: Task) -> bool:
    """Tell whether the application itself may do anything in AWS."""
    service = stack.services[task.like]
    reads = any(not isinstance(source, str) for source in service.secrets.values())
    return _opens_shells(stack, task) or bool(service.permissions) or reads


def _opens_shells(stack: Stack, task: Task) -> bool:
    return task.kind == "service" and stack.services[task.like].exec


def _policy(name: str, kind: str, statements: Iterator[dict[str, Value]], origin: Origin) -> Resource:
    attributes: dict[str, Value] = {
        "name": kind,
        "role": Ref(f"aws_iam_role.{name}_{kind}"),
        "policy": Json({"Version": "2012-10-17", "Statement": list(statements)}),
    }
    return Resource("aws_iam_role_policy", f"{name}_{kind}", attributes, origin)


def _execution(stack: Stack, task: Task) -> Iterator[dict[str, Value]]:
    repository = _repository(stack, task.like)
    if repository:
        # The token has no resource:
        # https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistry.html
        yield _allow("RegistryToken", ["ecr:GetAuthorizationToken"], "*")
        yield _allow("PullImage", _PULL, repository)
    group = Ref(f"aws_cloudwatch_log_group.{task.log_group}", "arn")
    yield _allow("WriteLogs", ["logs:CreateLogStream", "logs:PutLogEvents"], Text(group, ":*"))
    yield from _reading(stack, secret_names(stack, task.like, by_arn=False), "InjectSecrets")


def _repository(stack: Stack, name: str) -> Value:
    """The ARN of the ECR repository that holds a service's image, this stack's or another; other registries have none."""
    image = stack.services[name].image
    if image is None:
        return Ref(f"aws_ecr_repository.{name}", "arn")
    private = private_image(image)
    if private is None:
        return None
    return f"arn:{partition(stack)}:ecr:{private.region}:{private.account}:repository/{private.repository}"


def _task(stack: Stack, task: Task) -> Iterator[dict[str, Value]]:
    yield from _reading(stack, secret_names(stack, task.like, by_arn=True), "ReadSecrets")
    if _opens_shells(stack, task):
        # These have no resource either:
        # https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsessionmanagermessagegatewayservice.html
        yield _allow("OpenShell", _EXEC, "*")
    for number, grant in enumerate(stack.services[task.like].permissions, 1):
        yield _allow(f"Granted{number}", list(grant.actions), list(grant.resources))


def _reading(stack: Stack, names: list[str], sid: str) -> Iterator[dict[str, Value]]:
    homes = [secret_of(stack, name) for name in names]
    if homes:
        yield _allow(sid, ["secretsmanager:GetSecretValue"], [home.arn for home in homes])
    keys = sorted({home.kms_key for home in homes if home.kms_key})
    if keys:
        yield _allow(f"{sid}Keys", ["kms:Decrypt"], list(keys))


def _allow(sid: str, actions: list[Value], resources: Value) -> dict[str, Value]:
    return {"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": resources}
