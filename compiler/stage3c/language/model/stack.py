"""The whole spec of one environment: what the rules judge and the resources are made from."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from stage3c.language.model.base import Hostname, Identifier, Part
from stage3c.language.model.check import Check
from stage3c.language.model.database import Database, SecretEntry
from stage3c.language.model.job import Job
from stage3c.language.model.load_balancer import LoadBalancer
from stage3c.language.model.network import Network
from stage3c.language.model.observation import Monitoring
from stage3c.language.model.service import Service

DEVELOPMENT = frozenset({"dev", "development", "test", "testing", "sandbox", "ci", "preview", "qa", "local"})


class State(Part):
    """Where Terraform keeps its state: an S3 bucket with locking."""

    bucket: str
    """S3 bucket for the state, created by `stage3c bootstrap`. Example: `shop-terraform-state`."""
    key: Annotated[str, Field(pattern=r"^[A-Za-z0-9!_.*'()/-]+$", max_length=1024)] | None = None
    """Object key of the state. Default: `<project>/<environment>/terraform.tfstate`. Example:
    `shop/production.tfstate`."""
    region: str | None = None
    """Region of the bucket. Default: the region of the stack. Example: `eu-central-1`."""
    lock: Literal["dynamodb", "s3", "both"] = "both"
    """How the state is locked: an S3 lock file, a DynamoDB table, or both."""
    lock_table: str | None = None
    """DynamoDB lock table. Default: `<project>-terraform-locks`. Example: `terraform-locks`."""


class Domain(Part):
    """The public domain name, in an existing Route 53 hosted zone."""

    zone: Hostname
    """Existing public Route 53 hosted zone. Example: `example.com`."""
    name: Hostname
    """Domain name of the public load balancer, in that zone. Example: `shop.example.com`."""


class Images(Part):
    """ECR repositories of the images that services build."""

    keep: Annotated[int, Field(ge=1, le=10000)] = 20
    """Number of images to keep in each repository. Example: `50`."""
    scan_on_push: bool = True
    """Scan images for vulnerabilities when they are pushed."""


class Ignore(Part):
    """One accepted finding, and the reason."""

    rule: str
    """Id of the rule. Example: `DBS114`."""
    path: str
    """Spec path of the finding; everything below it is covered as well. Example: `databases.orders`."""
    reason: Annotated[str, Field(min_length=1)]
    """Why the finding is accepted. Example: `Queried by hand for reports`."""


class Replacement(Part):
    """One resource that the next apply may replace or destroy, and the reason."""

    address: Annotated[str, Field(pattern=r"^aws_[a-z0-9_]+\.[A-Za-z_][A-Za-z0-9_-]*$", max_length=300)]
    """Terraform address of the resource. Example: `aws_db_instance.orders`."""
    reason: Annotated[str, Field(min_length=1)]
    """Why the loss is accepted. Example: `Holds test data only`."""


class Stack(Part):
    """One environment of one project."""

    stage3c: Literal[1]
    """Version of the spec language. Example: `1`."""
    project: Annotated[Identifier, Field(max_length=30)]
    """Project name, the first part of every AWS name. Example: `shop`."""
    environment: Annotated[Identifier, Field(max_length=20)]
    """Environment name, the second part of every AWS name. Example: `production`."""
    purpose: Literal["production", "development"] = "production"
    """What the environment is for. `development` allows a database without backups or a standby. Default: `development`
    for environments named dev, test, ci and the like, else `production`."""
    region: str
    """AWS region. Example: `eu-central-1`."""
    account: Annotated[str, Field(pattern=r"^[0-9]{12}$")] | None = None
    """AWS account id, in quotes. Terraform then refuses to touch any other account. Example: `"123456789012"`."""
    tags: dict[str, str] = {}
    """Tags added to every resource. Example: `{team: payments}`."""
    state: State
    """Where Terraform keeps its state. Example: `{bucket: shop-terraform-state}`."""
    network: Network
    """The VPC, its subnets and their routes. Example: `{cidr: 10.0.0.0/16, zones: [eu-central-1a, eu-central-1b], nat: none,
    route_tables: {public: {default_route: internet_gateway}}, subnets: {public: {cidrs: [10.0.0.0/24, 10.0.1.0/24],
    route_table: public}}}`."""
    domain: Domain | None = None
    """Public domain name, required for HTTPS. Example: `{zone: example.com, name: shop.example.com}`."""
    load_balancers: dict[Identifier, LoadBalancer] = {}
    """Application load balancers by key. Example: `{public: {scheme: internet-facing, subnets: public, https: true}}`."""
    databases: dict[Identifier, Database] = {}
    """RDS databases by key. Example: `{orders: {engine: postgres, version: "16", instance_class: db.t4g.micro, storage_gib: 20,
    database_name: orders}}`."""
    secrets: dict[Identifier, SecretEntry] = {}
    """Secrets Manager secrets by key. Only their structure is declared here, never their values. Example: `{stripe:
    {keys: [api_key]}, session: plain}`."""
    images: Images = Images.model_construct()
    """ECR repositories of the images that services build. Example: `{keep: 50}`."""
    services: dict[Identifier, Service] = Field(min_length=1)
    """ECS services on Fargate, by key. At least one is required. Example: `{web: {build: services/web, port: 3000, cpu: 256,
    memory_mib: 512, subnets: private}}`."""
    jobs: dict[Identifier, Job] = {}
    """Tasks that run once and end, by key. Example: `{migrate: {like: web, command: [python, -m, app.migrate], run:
    before_release}}`."""
    monitoring: Monitoring = Monitoring.model_construct()
    """Alarms, dashboard, log retention and budget. Example: `{email: ops@example.com}`."""
    checks: list[Check] = []
    """Requests that prove the deployed stack works. Example: `[{get: /api/status, json: {database_connected: true}}]`."""
    ignore: list[Ignore] = []
    """Accepted findings, each with a reason. Example: `[{rule: DBS114, path: databases.orders, reason: Queried by hand}]`."""
    replace: list[Replacement] = []
    """Resources that the next apply may replace or destroy although data is lost. Example: `[{address: aws_db_instance.orders,
    reason: Holds test data only}]`."""

    @model_validator(mode="before")
    @classmethod
    def _purpose_of(cls, data: object) -> object:
        environment = data.get("environment") if isinstance(data, dict) else None
        if (
            isinstance(data, dict)
            and "purpose" not in data
            and isinstance(environment, str)
            and environment in DEVELOPMENT
        ):
            return {**data, "purpose": "development"}
        return data

    @property
    def in_production(self) -> bool:
        """Whether the stack is protected against its own removal."""
        return self.purpose == "production"

    @property
    def name(self) -> str:
        """What AWS names start with: project and environment."""
        return f"{self.project}-{self.environment}"
