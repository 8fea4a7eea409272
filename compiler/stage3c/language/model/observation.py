"""What is watched once it runs: alarms, logs, money; and the checks that prove it works from outside."""

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from stage3c.language.model.base import SWITCH, Part, Percent, UrlPath, fault


class Alarms(Part):
    """Alarm thresholds, for every service, load balancer and database."""

    service_cpu_percent: Percent = 90
    """Average CPU of a service, in percent. Example: `80`."""
    service_memory_percent: Percent = 90
    """Average memory of a service, in percent. Example: `80`."""
    target_5xx_per_minute: Annotated[int, Field(ge=1)] = 10
    """Responses with status 5xx per minute and service. Example: `5`."""
    database_cpu_percent: Percent = 85
    """Average CPU of a database, in percent. Example: `75`."""
    database_free_storage_percent: Percent = 15
    """Free storage of a database, in percent of the initial size. Example: `20`."""
    database_connections: Annotated[int, Field(ge=1)] = 200
    """Connections to a database. Example: `100`."""


class Monitoring(Part):
    """Alarms are sent to one SNS topic, and from there by email."""

    email: Annotated[str, Field(pattern=r"^[^@\s]{1,64}@[^@\s]+\.[^@\s]+$", max_length=254)] | None = None
    """Address that receives alarms. Example: `ops@example.com`."""
    log_days: int = 30
    """Days to keep logs in CloudWatch. Example: `90`."""
    dashboard: bool = True
    """Create a CloudWatch dashboard."""
    alarms: Annotated[
        Alarms | None,
        SWITCH,
    ] = Alarms.model_construct()
    """Alarm thresholds; `false` disables all alarms. Example: `{service_cpu_percent: 80}`."""
    budget_usd_per_month: Annotated[int, Field(ge=1)] | None = None
    """Monthly AWS budget in US dollars. Default: no budget. Example: `200`."""


Method = Literal["get", "head", "post", "put", "patch", "delete"]
METHODS: tuple[Method, ...] = ("get", "head", "post", "put", "patch", "delete")


class Check(Part):
    """A request to the deployed stack and the expected response."""

    get: UrlPath | None = None
    """Path of a GET request. Example: `/health`."""
    head: UrlPath | None = None
    """Path of a HEAD request. Example: `/health`."""
    post: UrlPath | None = None
    """Path of a POST request. Example: `/api/orders`."""
    put: UrlPath | None = None
    """Path of a PUT request. Example: `/api/orders/1`."""
    patch: UrlPath | None = None
    """Path of a PATCH request. Example: `/api/orders/1`."""
    delete: UrlPath | None = None
    """Path of a DELETE request. Example: `/api/orders/1`."""
    body: dict[str, Any] | None = None
    """JSON body of the request. Example: `{sku: A1, quantity: 2}`."""
    status: Annotated[int, Field(ge=100, le=599)] = 200
    """Expected HTTP status code. Example: `201`."""
    json_values: Annotated[dict[str, None | bool | int | float | str], Field(alias="json")] = {}
    """Expected values in the JSON response, by dotted path. Example: `{database.connected: true}`."""
    timeout_seconds: Annotated[int, Field(ge=1, le=300)] = 10
    """Seconds to wait for the response. Example: `30`."""

    @model_validator(mode="after")
    def _one_method(self) -> "Check":
        given = [method for method in METHODS if getattr(self, method) is not None]
        if len(given) != 1:
            cause = f"the check has {len(given)} methods."
            raise fault("CHK101", cause, f"write exactly one of {', '.join(METHODS)}, such as `get: /health`.")
        return self
