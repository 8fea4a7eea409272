"""The whole spec of one environment: what the rules judge and the resources are made from."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from stage3c.language.model.base import Hostname, Identifier, Part
from stage3c.language.model.database import Database, SecretEntry
from stage3c.language.model.load_balancer import LoadBalancer
from stage3c.language.model.network import Network
from stage3c.language.model.observation import Check, Monitoring
from stage3c.language.model.service import Service

DEVELOPMENT = frozenset({"dev", "development", "test", "testing", "sandbox", "ci", "preview", "qa", "local"})


class State(Part):
    """Where Terraform keeps its state: an S3 bucket, locked."""

    bucket: str
    key: Annotated[str, Field(pattern=r"^[A-Za-z0-9!_.*'()/-]+$", max_length=1024)] | None = None
    """`<project>/<environment>/terraform.tfstate` unless told."""
    region: str | None = None
    """The stack's own region unless told."""
    lock: Literal["dynamodb", "s3", "both"] = "both"
    lock_table: str | None = None
    """The DynamoDB table; `<project>-terraform-locks` unless told."""


class Domain(Part):
    """The public name, in a Route 53 zone that exists."""

    zone: Hostname
    name: Hostname


class Images(Part):
    """The repositories of the images that this stack's services are built into."""

    keep: Annotated[int, Field(ge=1, le=10000)] = 20
    """How many images each repository keeps."""
    scan_on_push: bool = True


class Ignore(Part):
    """One finding that is accepted, and why."""

    rule: str
    path: str
    reason: Annotated[str, Field(min_length=1)]


class Stack(Part):
    """One environment of one project."""

    stage3c: Literal[1]
    """The version of the spec language."""
    project: Annotated[Identifier, Field(max_length=30)]
    environment: Annotated[Identifier, Field(max_length=20)]
    purpose: Literal["production", "development"] = "production"
    """What the environment is for; development may do without backups and spare zones."""
    region: str
    """The AWS region, such as `eu-central-1`."""
    account: Annotated[str, Field(pattern=r"^[0-9]{12}$")] | None = None
    """The AWS account; Terraform then refuses to touch any other."""
    tags: dict[str, str] = {}
    state: State
    """Where Terraform keeps its state: shared and locked from the first minute, so that nothing exists that it does not know."""
    network: Network
    """The VPC, its subnets and their routes."""
    domain: Domain | None = None
    load_balancers: dict[Identifier, LoadBalancer] = {}
    databases: dict[Identifier, Database] = {}
    secrets: dict[Identifier, SecretEntry] = {}
    images: Images = Images()
    services: dict[Identifier, Service] = Field(min_length=1)
    """What runs, each on Fargate."""
    monitoring: Monitoring = Monitoring()
    checks: list[Check] = []
    ignore: list[Ignore] = []
    """Findings that are accepted, each with its reason."""

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
    def name(self) -> str:
        """What AWS names start with: project and environment."""
        return f"{self.project}-{self.environment}"
