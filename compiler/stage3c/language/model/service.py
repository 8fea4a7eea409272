"""Services: one Fargate service each, with all that its containers are given and may do."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from stage3c.language.model.base import (
    FOLDER,
    STATUSES,
    Arn,
    Cidr,
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

TAG = r"^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$"
Seconds = Annotated[int, Field(ge=0, le=86400)]


class LiveCheck(Part):
    """Container health check: whether the process is alive. It must not depend on anything else."""

    path: UrlPath = "/health"
    """URL path to request. Example: `/health`."""
    probe: Literal["python", "node", "curl", "wget"] | None = None
    """Program in the image that sends the request. Example: `python`."""
    command: list[str] | None = None
    """Command to run instead of a probe; exit code 0 means healthy. Example: `[CMD, /app/health]`."""
    interval_seconds: Annotated[int, Field(ge=5, le=300)] = 30
    """Seconds between two checks. Example: `15`."""
    timeout_seconds: Annotated[int, Field(ge=2, le=60)] = 5
    """Seconds to wait for an answer. Example: `3`."""
    retries: Annotated[int, Field(ge=1, le=10)] = 3
    """Failed checks in a row until the container is unhealthy. Example: `5`."""


class ReadyCheck(Part):
    """Load balancer health check: whether the task can serve requests."""

    path: UrlPath = "/ready"
    """URL path to request. Example: `/ready`."""
    touches: list[Identifier] = []
    """Databases this check queries. Every database in `uses` must be listed. Example: `[orders]`."""
    interval_seconds: Annotated[int, Field(ge=5, le=300)] = 15
    """Seconds between two checks. Example: `10`."""
    timeout_seconds: Annotated[int, Field(ge=2, le=120)] = 5
    """Seconds to wait for an answer. Example: `3`."""
    healthy_threshold: Annotated[int, Field(ge=2, le=10)] = 2
    """Successful checks in a row until a task receives requests. Example: `3`."""
    unhealthy_threshold: Annotated[int, Field(ge=2, le=10)] | None = None
    """Failed checks in a row until a task is replaced. Default: 3, or, where the check queries a database, enough to outlast a
    failover. Example: `4`."""
    status: Annotated[str, Field(pattern=STATUSES)] = "200"
    """Expected HTTP status codes, as text. Example: `"200-299"`."""


class Health(Part):
    """Health checks of a service."""

    live: Annotated[LiveCheck | None, short("path", str, "string")] = None
    """Container health check: ECS replaces a task that fails it. Example: `{path: /health, probe: python}`."""
    ready: Annotated[ReadyCheck | None, short("path", str, "string")] = None
    """Load balancer health check: a task that fails it receives no requests. Example: `{path: /ready, touches:
    [orders]}`."""
    startup_seconds: Annotated[int, Field(ge=0, le=300)] = 60
    """Seconds a task may take to start; failed checks do not count before. Example: `120`."""


class Scale(Part):
    """Number of tasks, and when autoscaling changes it."""

    min: Annotated[int, Field(ge=0)]
    """Minimum number of tasks. Example: `2`."""
    desired: Annotated[int, Field(ge=0)] | None = None
    """Tasks of the first deployment; autoscaling changes it afterwards. Default: `min`. Example: `2`."""
    max: Annotated[int, Field(ge=0)]
    """Maximum number of tasks. Example: `10`."""
    cpu_percent: Percent | None = 70
    """CPU utilization to scale at; null disables it. Example: `60`."""
    memory_percent: Percent | None = 80
    """Memory utilization to scale at; null disables it. Example: `75`."""


def _expand_scale(value: object) -> object:
    if type(value) is int:
        return {"min": value, "desired": value, "max": value}
    return value


class Capacity(Part):
    """Share of the tasks on one Fargate capacity provider."""

    weight: Annotated[int, Field(ge=0, le=1000)] = 1
    """Relative share of the tasks. Example: `3`."""
    base: Annotated[int, Field(ge=0, le=100000)] = 0
    """Tasks that run here before the weights apply. Example: `1`."""


class Deployment(Part):
    """How a new version replaces the old one."""

    minimum_healthy_percent: Annotated[int, Field(ge=0, le=200)] = 100
    """Running tasks during a deployment, at least, in percent of the desired count. Example: `50`."""
    maximum_percent: Annotated[int, Field(ge=0, le=400)] = 200
    """Running tasks during a deployment, at most, in percent of the desired count. Example: `150`."""
    circuit_breaker: bool = True
    """Roll back a deployment whose tasks do not become healthy."""


class ArnOf(Part):
    """The ARN of a secret instead of its value, for an application that reads it itself."""

    arn_of: Identifier
    """A key of `secrets` or `databases`. The task role may then read that secret. Example: `stripe`."""


SecretSource = Annotated[
    ArnOf | str,
    Field(union_mode="left_to_right"),
]
"""`database.password` or `secret.key` for one value, `secret` for a plain or whole secret, `{arn_of: secret}` for its ARN."""


class Grant(Part):
    """IAM permissions of the application."""

    actions: Annotated[list[Annotated[str, Field(pattern=r"^[a-z0-9-]+:[A-Za-z0-9*?]+$")]], Field(min_length=1)]
    """IAM actions to allow. Example: `["s3:GetObject"]`."""
    resources: Annotated[list[Arn], Field(min_length=1)]
    """ARNs the actions apply to. Example: `["arn:aws:s3:::shop-media/*"]`."""


class Egress(Part):
    """Outbound traffic that a service needs besides HTTPS."""

    port: Port
    """TCP port. Example: `587`."""
    to: Cidr = "0.0.0.0/0"
    """IPv4 range of the servers. Example: `203.0.113.0/24`."""
    why: Annotated[str, Field(pattern=r"^[A-Za-z0-9 ._:/()#,@=&;{}!$*+-]*$", max_length=200)] = ""
    """What it is for, as the description of the security group rule. Example: `SMTP`."""


def _expand_egress(value: object) -> object:
    return None if value == "none" else value


def _expand_uses(value: object) -> object:
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return dict.fromkeys(value, "DB")
    return value


class Service(Part):
    """A container on Fargate and everything it needs."""

    build: Annotated[str, Field(pattern=FOLDER, max_length=200)] | None = None
    """Folder with the Dockerfile; the image is pushed to an ECR repository of this stack. Example: `services/web`."""
    image: Annotated[str, Field(pattern=r"^[a-z0-9][A-Za-z0-9_./:@-]*$", max_length=255)] | None = None
    """Image from another registry, with its tag or digest. Example: `nginx:1.27.3`."""
    tag: Annotated[str, Field(pattern=TAG)] = "v1"
    """Tag of the built image. Tags are immutable, so every release needs a new one. Example: `v2`."""
    port: Port | None = None
    """Port the container listens on. A worker has none. Example: `8000`."""
    cpu: int
    """CPU units; 1024 units are one vCPU. Fargate supports 256, 512, 1024, 2048, 4096, 8192 and 16384. Example: `256`."""
    memory_mib: int
    """Memory in MiB. The possible values depend on `cpu`. Example: `512`."""
    architecture: Literal["x86_64", "arm64"] = "x86_64"
    """CPU architecture of the image."""
    subnets: Identifier
    """Subnet tier, a key of `network.subnets`. Example: `private`."""
    assign_public_ip: bool = False
    """Assign public IP addresses. Required in a public subnet without NAT or endpoints."""
    load_balancer: RouteEntry | None = None
    """Load balancer that routes requests to this service; text is its key. Example: `{name: public, paths: [/api/*]}`."""
    environment: dict[Variable, str] = {}
    """Environment variables. Not for secrets: the values are visible in the task definition. Example: `{LOG_LEVEL:
    info}`."""
    secrets: dict[Variable, SecretSource] = {}
    """Environment variables filled from Secrets Manager. Values are `<database>.password`, `<secret>.<key>`,
    `<secret>`, or `{arn_of: <secret>}` for its ARN. Example: `{DB_PASSWORD: orders.password, STRIPE_KEY:
    stripe.api_key}`."""
    uses: Annotated[
        dict[Identifier, Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$", max_length=100)]],
        ShortForm(_expand_uses, {"type": "array", "items": {"type": "string"}}),
    ] = {}
    """Databases, with the prefix of their variables: `DB` sets DB_HOST, DB_PORT and DB_NAME. A list uses the prefix
    `DB`. Example: `[orders]`."""
    redeploy_on_rotation: bool = False
    """Restart the tasks, by a new deployment, when a secret that they were started with changes. For applications that cannot
    read a rotated password again by `{arn_of: KEY}`: new connections fail until the new tasks are healthy."""
    calls: dict[Variable, Identifier] = {}
    """Other services, by the variable that receives their URL; it has a path if the load balancer routes by path. Example:
    `{API_URL: api}`."""
    egress: Annotated[list[Egress] | None, ShortForm(_expand_egress, {"const": "none"})] = []
    """Outbound traffic besides databases, calls and HTTPS to any address. `none` closes HTTPS as well, except to endpoints.
    Example: `[{port: 587, why: SMTP}]`."""
    health: Health = Health.model_construct()
    """Health checks. Example: `{live: {path: /health, probe: node}, ready: /ready}`."""
    scale: Annotated[Scale, ShortForm(_expand_scale, {"type": "integer"})] = Scale.model_construct(
        min=1, desired=1, max=1
    )
    """Number of tasks; a number means no autoscaling. Example: `{min: 2, max: 10}`."""
    capacity: dict[Literal["fargate", "fargate_spot"], Capacity] = {}
    """Shares of on-demand and Spot tasks. Default: all on demand. Example: `{fargate: {base: 2}, fargate_spot: {weight:
    3}}`."""
    deployment: Deployment = Deployment.model_construct()
    """How a new version replaces the old one. Example: `{minimum_healthy_percent: 100, maximum_percent: 150}`."""
    stop_timeout_seconds: Annotated[int, Field(ge=2, le=120)] = 30
    """Seconds between SIGTERM and SIGKILL. Example: `60`."""
    exec: bool = False
    """Allow `aws ecs execute-command` to open a shell in a task."""
    permissions: list[Grant] = []
    """IAM permissions of the application. Example: `[{actions: ["s3:GetObject"], resources:
    ["arn:aws:s3:::shop-media/*"]}]`."""
    command: list[str] | None = None
    """Command that replaces the CMD of the image. Example: `[python, -m, app.worker]`."""
    user: Annotated[str, Field(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_:-]*$", max_length=64)] | None = None
    """User, or user:group, of the container process. Default: the USER of the image. Example: `"1000"`."""
    read_only_root: bool = True
    """Mount the root file system read-only. The image can then write to `writable_paths` alone: nginx needs
    `/var/cache/nginx` and `/var/run`, many frameworks `/tmp`."""
    writable_paths: list[Annotated[str, Field(pattern=r"^/[A-Za-z0-9_./-]+$")]] = []
    """Folders that stay writable, on the task's ephemeral storage. They belong to root unless the image declares them as a
    VOLUME with another owner. Example: `[/tmp]`."""
    ephemeral_storage_gib: Annotated[int, Field(ge=21, le=200)] | None = None
    """Ephemeral storage in GiB. Default: the 20 GiB that Fargate includes. Example: `50`."""
    formerly: Identifier | None = None
    """The previous key, after a rename. AWS names keep using it, so nothing is replaced. Example: `frontend`."""

    @model_validator(mode="after")
    def _one_image(self) -> "Service":
        if (self.build is None) == (self.image is None):
            has = "neither build nor image" if self.build is None else "both build and image"
            raise fault(
                "SVC101",
                f"the service has {has}.",
                "write either `build: services/web` or `image: nginx:1.27.3`.",
            )
        return self

    @property
    def desired_count(self) -> int:
        """The number of tasks that the first deployment starts."""
        return self.scale.min if self.scale.desired is None else self.scale.desired
