"""A CloudWatch dashboard: by its name. It cannot be tagged, so it is the stack's where it shows what the stack would."""

import json
from collections.abc import Iterator

from stage3c.aws.kinds.kind import Aws, Json, Kind, Known, Match


def _find(aws: Aws, known: Known) -> Iterator[Match]:
    told = aws.ask("cloudwatch.get_dashboard", DashboardName=known["dashboard_name"])
    same = _parsed(told.get("DashboardBody", "")) == known.get("dashboard_body", _NOTHING)
    yield Match(told["DashboardName"], by="content" if same else "name", certain=same)


_NOTHING = object()


def _parsed(body: str) -> Json:
    try:
        return json.loads(body)
    except ValueError:
        return None


KIND = Kind(
    type="aws_cloudwatch_dashboard",
    replaced_by=("dashboard_name",),
    find=_find,
    missing=("ResourceNotFound", "DashboardNotFoundError", "ResourceNotFoundException"),
    untagged="CloudWatch dashboards cannot be tagged",
    arn="arn:{partition}:cloudwatch::{account}:dashboard/{dashboard_name}",
    settings={"dashboard_name": ""},
    stays="CloudWatch dashboards cannot be tagged, so nothing shows whose it is",
)
