"""What is watched once it runs: alarms, logs and money."""

from typing import Annotated

from pydantic import Field

from stage3c.language.model.base import SWITCH, Part, Percent


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
