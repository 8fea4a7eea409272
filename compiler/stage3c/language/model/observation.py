"""What is watched once it runs: alarms, logs, money; and the checks that prove it works from outside."""

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from stage3c.language.model.base import SWITCH, Part, Percent, UrlPath, fault


class Alarms(Part):
    """Thresholds of the alarms; each kind exists once for every service, load balancer or database."""

    service_cpu_percent: Percent = 90
    service_memory_percent: Percent = 90
    target_5xx_per_minute: Annotated[int, Field(ge=1)] = 10
    database_cpu_percent: Percent = 85
    database_free_storage_percent: Percent = 15
    database_connections: Annotated[int, Field(ge=1)] = 200


class Monitoring(Part):
    """Alarms go to one SNS topic, and from there by e-mail."""

    email: Annotated[str, Field(pattern=r"^[^@\s]{1,64}@[^@\s]+\.[^@\s]+$", max_length=254)] | None = None
    log_days: int = 30
    """How long CloudWatch keeps the logs."""
    dashboard: bool = True
    alarms: Annotated[
        Alarms | None,
        SWITCH,
    ] = Alarms()
    """Thresholds, or `false` for no alarms at all."""
    budget_usd_per_month: Annotated[int, Field(ge=1)] | None = None


Method = Literal["get", "head", "post", "put", "patch", "delete"]
METHODS: tuple[Method, ...] = ("get", "head", "post", "put", "patch", "delete")


class Check(Part):
    """One request to the deployed stack, and what it must answer."""

    get: UrlPath | None = None
    head: UrlPath | None = None
    post: UrlPath | None = None
    put: UrlPath | None = None
    patch: UrlPath | None = None
    delete: UrlPath | None = None
    body: dict[str, Any] | None = None
    status: Annotated[int, Field(ge=100, le=599)] = 200
    json_values: Annotated[dict[str, None | bool | int | float | str], Field(alias="json")] = {}
    """Expected values by dotted path: `backend.database_connected: true`."""
    timeout_seconds: Annotated[int, Field(ge=1, le=300)] = 10

    @model_validator(mode="after")
    def _one_method(self) -> "Check":
        given = [method for method in METHODS if getattr(self, method) is not None]
        if len(given) != 1:
            cause = f"a check names {len(given)} methods."
            raise fault("CHK101", cause, f"give exactly one of {', '.join(METHODS)} with its path.")
        return self
