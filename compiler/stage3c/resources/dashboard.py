"""One dashboard: services, load balancers and databases at a glance."""

from collections.abc import Iterator

from stage3c.graph import Json, Origin, Ref, Resource, Value
from stage3c.language.model.stack import Stack
from stage3c.resources.naming import named

_WIDTH, _HEIGHT, _COLUMNS = 8, 6, 3


def dashboard(stack: Stack) -> Iterator[Resource]:
    """The dashboard, where the spec wants one."""
    if not stack.monitoring.dashboard:
        return
    widgets: list[Value] = [_widget(stack, n, title, metrics) for n, (title, metrics) in enumerate(_graphs(stack))]
    attributes: dict[str, Value] = {
        "dashboard_name": named(stack, "aws_cloudwatch_dashboard.dashboard_name", stack.region),
        "dashboard_body": Json({"widgets": widgets}),
    }
    yield Resource("aws_cloudwatch_dashboard", "main", attributes, Origin(("monitoring", "dashboard")))


def _graphs(stack: Stack) -> Iterator[tuple[str, list[Value]]]:
    for name in stack.services:
        where: list[Value] = [
            "ClusterName",
            Ref("aws_ecs_cluster.main", "name"),
            "ServiceName",
            Ref(f"aws_ecs_service.{name}", "name"),
        ]
        yield (
            f"{name}: CPU and memory",
            [["AWS/ECS", metric, *where] for metric in ("CPUUtilization", "MemoryUtilization")],
        )
    for name in stack.load_balancers:
        balancer = Ref(f"aws_lb.{name}", "arn_suffix")
        names = ("RequestCount", "HTTPCode_ELB_5XX_Count", "HTTPCode_Target_5XX_Count")
        requests: list[Value] = [
            ["AWS/ApplicationELB", metric, "LoadBalancer", balancer, {"stat": "Sum"}] for metric in names
        ]
        yield f"{name}: requests and errors", requests
        yield (
            f"{name}: response time",
            [["AWS/ApplicationELB", "TargetResponseTime", "LoadBalancer", balancer, {"stat": "p99"}]],
        )
    for name in stack.databases:
        instance: list[Value] = ["DBInstanceIdentifier", Ref(f"aws_db_instance.{name}", "identifier")]
        metrics = ("CPUUtilization", "DatabaseConnections", "FreeStorageSpace")
        for metric in metrics:
            yield f"{name}: {metric}", [["AWS/RDS", metric, *instance]]


def _widget(stack: Stack, position: int, title: str, metrics: list[Value]) -> dict[str, Value]:
    return {
        "type": "metric",
        "x": position % _COLUMNS * _WIDTH,
        "y": position // _COLUMNS * _HEIGHT,
        "width": _WIDTH,
        "height": _HEIGHT,
        "properties": {"title": title, "region": stack.region, "period": 60, "metrics": metrics},
    }
