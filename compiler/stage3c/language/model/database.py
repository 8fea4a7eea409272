"""Databases on RDS, and secrets: what keys they have, never what values."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from stage3c.language.model.base import Arn, Identifier, Part, Port, ShortForm, fault, short

JsonKey = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]+$", max_length=128)]
Window = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]$")]
_DAY = "(mon|tue|wed|thu|fri|sat|sun):([01][0-9]|2[0-3]):[0-5][0-9]"
WeeklyWindow = Annotated[str, Field(pattern=f"^{_DAY}-{_DAY}$")]


class Storage(Part):
    """Database storage and its autoscaling limit."""

    initial: int
    """Allocated storage in GiB. Example: `20`."""
    max: int | None = None
    """Limit of storage autoscaling in GiB. Default: no autoscaling. Example: `100`."""
    type: Literal["gp2", "gp3", "io1", "io2"] = "gp3"
    """EBS volume type."""
    iops: int | None = None
    """Provisioned IOPS. Example: `12000`."""
    throughput_mibps: int | None = None
    """Provisioned throughput in MiB/s, for gp3. Example: `500`."""


class Replicas(Part):
    """Read replicas of a database."""

    count: Annotated[int, Field(ge=0, le=15)]
    """Number of read replicas. Example: `1`."""
    instance_class: str | None = None
    """Instance class. Default: that of the primary. Example: `db.t4g.medium`."""


class Credentials(Part):
    """Who manages the master password of a database."""

    kind: Literal["rds_managed", "self_managed"]
    """`rds_managed`: RDS creates and rotates the secret. `self_managed`: this stack creates it once. The password is in
    no state file."""
    username: Annotated[str, Field(max_length=16)] = "postgres"
    """Master user name. Example: `shop`."""
    version: Annotated[int, Field(ge=1)] = 1
    """Increase it to create a new self-managed password. Example: `2`."""


class Database(Part):
    """An RDS instance: encrypted, never public, TLS required."""

    engine: Literal["postgres"]
    """Database engine."""
    version: Annotated[str, Field(pattern=r"^[0-9]{2}(\.[0-9]{1,2})?$")]
    """Engine version, in quotes. `"16"` follows minor upgrades, `"16.4"` is pinned. Example: `"16"`."""
    instance_class: Annotated[str, Field(pattern=r"^db\.[a-z0-9-]+\.[a-z0-9]+$")]
    """RDS instance class. Example: `db.t4g.micro`."""
    subnets: Identifier = "database"
    """Subnet tier, a key of `network.subnets` with at least two zones. Example: `database`."""
    storage_gib: Annotated[Storage, short("initial", int, "integer")]
    """Storage in GiB; a number is the initial size. Example: `{initial: 20, max: 100}`."""
    multi_az: bool = True
    """Keep a standby in another availability zone."""
    database_name: str
    """Name of the database in PostgreSQL. Example: `orders`."""
    port: Port = 5432
    """Port. Example: `5433`."""
    backup_days: int = 7
    """Days to keep automated backups. 0 disables them; production requires them. Example: `14`."""
    backup_window: Window = "03:00-04:00"
    """Daily backup window in UTC, at least 30 minutes, outside the maintenance window. Example: `02:00-03:00`."""
    maintenance_window: WeeklyWindow = "sun:04:30-sun:05:30"
    """Weekly maintenance window in UTC. Example: `sun:04:30-sun:05:30`."""
    replicas: Annotated[Replicas, short("count", int, "integer")] = Replicas.model_construct(count=0)
    """Read replicas; a number is their count. Services that use the database also receive the host of the replica.
    Example: `1`."""
    credentials: Annotated[Credentials, short("kind", str, "string")] = Credentials.model_construct(kind="rds_managed")
    """Who manages the master password. Both kinds create a secret with the keys `username` and `password`. Example:
    `self_managed`."""
    parameters: dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_.]*$")], str] = {}
    """PostgreSQL parameters, as text. `rds.force_ssl` is always 1. Example: `{log_min_duration_statement: "500"}`."""
    kms_key: Arn | None = None
    """ARN of a customer managed key for storage and secret. Default: the AWS managed key. Example:
    `arn:aws:kms:eu-central-1:123456789012:key/0a1b2c3d`."""
    apply_immediately: bool = False
    """Apply changes such as a new version or instance class during the apply, instead of in the maintenance window."""
    deletion_protection: bool = True
    """Refuse to delete the database."""
    final_snapshot: bool = True
    """Take a last snapshot when the database is destroyed."""
    final_snapshot_name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=255)] | None = None
    """Name of that snapshot, where an earlier stack has left one of the default name: RDS then refuses to destroy the database.
    Default: `<project>-<environment>-<key>-final`. Example: `shop-production-orders-final-2`."""
    formerly: Identifier | None = None
    """The previous key, after a rename. AWS names keep using it, so nothing is replaced. Example: `main`."""


def _expand_secret(value: object) -> object:
    return {"format": "plain"} if value == "plain" else value


class Secret(Part):
    """The structure of a secret. Its value is set once by hand, outside of Terraform."""

    format: Literal["json", "plain"] = "json"
    """`json` for a secret with keys, `plain` for a single value."""
    keys: list[JsonKey] = []
    """Keys of a JSON secret; each can be injected separately. Example: `[api_key, webhook_secret]`."""
    description: Annotated[str, Field(max_length=2048)] = ""
    """Description in Secrets Manager. Example: `Stripe API credentials`."""
    existing: Annotated[str, Field(pattern=r"^[A-Za-z0-9/_+=.@-]{1,512}$")] | None = None
    """Name of an existing secret. The stack then only reads its ARN. Example: `shop/stripe`."""
    kms_key: Arn | None = None
    """ARN of a customer managed key. Default: the AWS managed key. Example:
    `arn:aws:kms:eu-central-1:123456789012:key/0a1b2c3d`."""
    recovery_days: int | None = None
    """Days a deleted secret can be restored, and its name stays reserved. 0 deletes immediately. Default: 30 in production, 0
    in development. Example: `7`."""
    formerly: Identifier | None = None
    """The previous key, after a rename. AWS names keep using it, so nothing is replaced. Example: `payment`."""

    @model_validator(mode="after")
    def _keys_fit_format(self) -> "Secret":
        if self.format == "json" and not self.keys:
            raise fault(
                "SEC103",
                "the format of the secret is json, but it has no keys.",
                "add `keys: [api_key]`, or write `format: plain`.",
            )
        if self.format == "plain" and self.keys:
            raise fault(
                "SEC103",
                "the format of the secret is plain, but it has keys.",
                "remove `keys`, or write `format: json`.",
            )
        return self


SecretEntry = Annotated[Secret, ShortForm(_expand_secret, {"const": "plain"})]
