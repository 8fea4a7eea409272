"""Services: one Fargate service each, with all that its containers are given and may do."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from stage3c.language.model.base import (
    FOLDER,
    STATUSES,
    Arn,
    Identifier,
    Part,
    Percent,
    Port,
    ShortForm,
    UrlPath,
    Variable,
    fault,
    short,
)
from stage3c.language.model.load_balancer import RouteEntry

Seconds = Annotated[int, Field(ge=0, le=86400)]


class LiveCheck(Part):
    """Is the process alive? Asked inside the container; ECS replaces a task that stops answering. Touches nothing else."""

    path: UrlPath = "/health"
    probe: Literal["python", "node", "curl", "wget"] | None = None
    """The program in the image that asks; the probe's command is made for it."""
    command: list[str] | None = None
    """A command of the image's own, instead of a probe."""
    interval_seconds: Annotated[int, Field(ge=5, le=300)] = 30
    timeout_seconds: Annotated[int, Field(ge=2, le=60)] = 5
    retries: Annotated[int, Field(ge=1, le=10)] = 3


class ReadyCheck(Part):
    """May it have traffic? Asked by the load balancer."""

    path: UrlPath = "/ready"
    touches: list[Identifier] = []
    """The databases that answering this check asks something of; required for those that the service uses."""
    interval_seconds: Annotated[int, Field(ge=5, le=300)] = 15
    timeout_seconds: Annotated[int, Field(ge=2, le=120)] = 5
    healthy_threshold: Annotated[int, Field(ge=2, le=10)] = 2
    unhealthy_threshold: Annotated[int, Field(ge=2, le=10)] = 3
    status: Annotated[str, Field(pattern=STATUSES)] = "200"


class Health(Part):
    """How AWS finds out that a task works."""

    live: Annotated[LiveCheck | None, short("path", str, "string")] = None
    ready: Annotated[ReadyCheck | None, short("path", str, "string")] = None
    startup_seconds: Annotated[int, Field(ge=0, le=300)] = 60
    """How long a task may take until it answers; failing checks do not count before."""


class Scale(Part):
    """How many tasks run, and what makes it more or fewer."""

    min: Annotated[int, Field(ge=0)]
    desired: Annotated[int, Field(ge=0)] | None = None
    """What the first deployment starts; autoscaling owns it afterwards."""
    max: Annotated[int, Field(ge=0)]
    cpu_percent: Percent | None = 70
    memory_percent: Percent | None = 80


def _expand_scale(value: object) -> object:
    if type(value) is int:
        return {"min": value, "desired": value, "max": value}
    return value


class Capacity(Part):
    """A share of tasks on one Fargate capacity provider."""

    weight: Annotated[int, Field(ge=0, le=1000)] = 1
    base: Annotated[int, Field(ge=0, le=100000)] = 0


class Deployment(Part):
    """How a new version replaces the old one."""

    minimum_healthy_percent: Annotated[int, Field(ge=0, le=200)] = 100
    maximum_percent: Annotated[int, Field(ge=0, le=400)] = 200
    circuit_breaker: bool = True
    """Whether a deployment that does not come up is rolled back by itself."""


class ArnOf(Part):
    """The ARN of a secret instead of its value: the application fetches it, so the task role may."""

    arn_of: Identifier


SecretSource = Annotated[
    ArnOf | str,
    Field(union_mode="left_to_right"),
]
"""`database.password` or `secret.key` for one value, `secret` for a plain or whole secret, `{arn_of: secret}` for its ARN."""


class Grant(Part):
    """What the application itself may do in AWS."""

    actions: Annotated[list[Annotated[str, Field(pattern=r"^[a-z0-9-]+:[A-Za-z0-9*?]+$")]], Field(min_length=1)]
    resources: Annotated[list[Arn], Field(min_length=1)]


def _expand_uses(value: object) -> object:
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return dict.fromkeys(value, "DB")
    return value


class Service(Part):
    """A container that runs on Fargate, and everything it needs."""

    build: Annotated[str, Field(pattern=FOLDER, max_length=200)] | None = None
    """The folder with its Dockerfile; the image goes to a repository of this stack's own."""
    image: Annotated[str, Field(pattern=r"^[a-z0-9][A-Za-z0-9_./:@-]*$", max_length=255)] | None = None
    """An image from elsewhere, with its tag or digest."""
    tag: Annotated[str, Field(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$")] = "v1"
    """The tag of a built image. Tags are immutable, so each release names a new one."""
    port: Port | None = None
    """The port that the container listens on; a worker has none."""
    cpu: int
    """CPU units; 1024 are one vCPU. Fargate has fixed sizes."""
    memory_mib: int
    architecture: Literal["x86_64", "arm64"] = "x86_64"
    """What the image is built for."""
    subnets: Identifier
    """A key of `network.subnets`."""
    assign_public_ip: bool = False
    """Needed in a public subnet without NAT or endpoints."""
    load_balancer: RouteEntry | None = None
    environment: dict[Variable, str] = {}
    """Plain values. Nothing secret: they stand in the task definition."""
    secrets: dict[Variable, SecretSource] = {}
    """Variables that ECS fills from Secrets Manager when a task starts."""
    uses: Annotated[
        dict[Identifier, Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$", max_length=100)]],
        ShortForm(_expand_uses, {"type": "array", "items": {"type": "string"}}),
    ] = {}
    """Databases, each with the prefix of its variables: `DB` gives DB_HOST, DB_PORT and DB_NAME. A list means `DB`."""
    calls: dict[Variable, Identifier] = {}
    """Other services, by the variable that is given their URL."""
    health: Health = Health()
    scale: Annotated[Scale, ShortForm(_expand_scale, {"type": "integer"})] = Scale(min=1, desired=1, max=1)
    capacity: dict[Literal["fargate", "fargate_spot"], Capacity] = {}
    """Shares of on-demand and Spot tasks; all on demand unless told."""
    deployment: Deployment = Deployment()
    stop_timeout_seconds: Annotated[int, Field(ge=2, le=120)] = 30
    """How long a task may go on after SIGTERM."""
    exec: bool = False
    """Whether `aws ecs execute-command` may open a shell in a task."""
    permissions: list[Grant] = []
    command: list[str] | None = None
    user: Annotated[str, Field(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_:-]*$", max_length=64)] | None = None
    read_only_root: bool = True
    writable_paths: list[Annotated[str, Field(pattern=r"^/[A-Za-z0-9_./-]+$")]] = []
    """Folders that stay writable, on the task's own disk."""
    ephemeral_storage_gib: Annotated[int, Field(ge=21, le=200)] | None = None
    formerly: Identifier | None = None
    """The key that it had before it was renamed: AWS names are still made from that one, so that nothing is replaced."""

    @model_validator(mode="after")
    def _one_image(self) -> "Service":
        if (self.build is None) == (self.image is None):
            which = "neither" if self.build is None else "both"
            raise fault("SVC101", f'a service has {which} of "build" and "image".', "give it exactly one of the two.")
        return self

    @property
    def desired_count(self) -> int:
        """The number of tasks that the first deployment starts."""
        return self.scale.min if self.scale.desired is None else self.scale.desired
