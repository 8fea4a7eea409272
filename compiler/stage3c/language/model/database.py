"""Databases on RDS, and secrets: what keys they have, never what values."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from stage3c.language.model.base import Arn, Identifier, Part, Port, ShortForm, fault, short

JsonKey = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]+$", max_length=128)]
Window = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]$")]
_DAY = "(mon|tue|wed|thu|fri|sat|sun):([01][0-9]|2[0-3]):[0-5][0-9]"
WeeklyWindow = Annotated[str, Field(pattern=f"^{_DAY}-{_DAY}$")]


class Storage(Part):
    """How much disk a database starts with, and how far RDS may grow it by itself."""

    initial: int
    max: int | None = None
    """Growth stops here; no growth unless told."""
    type: Literal["gp2", "gp3", "io1", "io2"] = "gp3"
    iops: int | None = None
    throughput_mibps: int | None = None


class Replicas(Part):
    """Read replicas; services that use the database are told their host as well."""

    count: Annotated[int, Field(ge=0, le=15)]
    instance_class: str | None = None
    """As the primary's unless told."""


class Credentials(Part):
    """Who keeps the master password; both kinds are a secret with the keys `username` and `password`."""

    kind: Literal["rds_managed", "self_managed"]
    """`rds_managed`: RDS makes and rotates the secret. `self_managed`: this stack makes it, once.
    The value is in no state file."""
    username: Annotated[str, Field(max_length=16)] = "postgres"
    version: Annotated[int, Field(ge=1)] = 1
    """Raise it to have a new self-managed password made."""


class Database(Part):
    """One RDS instance, encrypted, never public, TLS forced."""

    engine: Literal["postgres"]
    version: Annotated[str, Field(pattern=r"^[0-9]{2}(\.[0-9]{1,2})?$")]
    """`"15"` follows RDS's minor upgrades, `"15.13"` stays. In quotes, since 15.10 would be read as 15.1."""
    instance_class: Annotated[str, Field(pattern=r"^db\.[a-z0-9-]+\.[a-z0-9]+$")]
    subnets: Identifier = "database"
    """A key of `network.subnets` with at least two zones."""
    storage_gib: Annotated[Storage, short("initial", int, "integer")]
    multi_az: bool = True
    database_name: str
    port: Port = 5432
    backup_days: int = 7
    """Days that automated backups are kept; 0 switches them off, which production refuses."""
    backup_window: Window = "03:00-04:00"
    """UTC, at least 30 minutes, clear of the maintenance window."""
    maintenance_window: WeeklyWindow = "sun:04:30-sun:05:30"
    replicas: Annotated[Replicas, short("count", int, "integer")] = Replicas(count=0)
    credentials: Annotated[Credentials, short("kind", str, "string")] = Credentials(kind="rds_managed")
    parameters: dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_.]*$")], str] = {}
    """PostgreSQL parameters as text; `rds.force_ssl` is always 1."""
    kms_key: Arn | None = None
    """A customer-managed key for storage and secret; AWS's own key unless told."""
    deletion_protection: bool = True
    final_snapshot: bool = True
    """Whether destroying the instance leaves a last snapshot."""
    formerly: Identifier | None = None
    """The key that it had before it was renamed: AWS names are still made from that one, so that nothing is replaced."""


def _expand_secret(value: object) -> object:
    return {"format": "plain"} if value == "plain" else value


class Secret(Part):
    """A secret's schema. The value is put in by hand, once, outside of Terraform."""

    format: Literal["json", "plain"] = "json"
    keys: list[JsonKey] = []
    """The keys of a JSON secret; ECS can inject each of them by itself."""
    description: Annotated[str, Field(max_length=2048)] = ""
    existing: Annotated[str, Field(pattern=r"^[A-Za-z0-9/_+=.@-]{1,512}$")] | None = None
    """The name of a secret that exists already; this stack then reads its ARN and owns nothing."""
    kms_key: Arn | None = None
    recovery_days: int = 30
    """How long a deleted secret can be brought back; its name stays taken as long. 0 deletes at once."""
    formerly: Identifier | None = None
    """The key that it had before it was renamed: AWS names are still made from that one, so that nothing is replaced."""

    @model_validator(mode="after")
    def _keys_fit_format(self) -> "Secret":
        if self.format == "json" and not self.keys:
            raise fault("SEC103", "a JSON secret lists no keys.", 'add "keys: [name, …]", or write "format: plain".')
        if self.format == "plain" and self.keys:
            raise fault(
                "SEC103", "a plain secret is one text and has no keys.", 'remove "keys", or write "format: json".'
            )
        return self


SecretEntry = Annotated[Secret, ShortForm(_expand_secret, {"const": "plain"})]
