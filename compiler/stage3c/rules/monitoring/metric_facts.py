"""What AWS records: whether a metric exists, and whether its dimensions name resources that belong together."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from stage3c.aws.facts import load
from stage3c.graph import Graph, Ref, Value
from stage3c.views.load_balancers import balancers_of
from stage3c.wording import listed, nearest

_KINDS: Final = {
    "TargetGroup": ("target_group",),
    "LoadBalancer": ("lb",),
    "ServiceName": ("ecs_service",),
    "DBInstanceIdentifier": ("db_instance", "cluster_instance"),
}


def known_metrics(namespace: Value) -> Mapping[str, Any]:
    """The metrics of a namespace by name, as in `facts/metrics.json`; none where it is unknown."""
    found: Mapping[str, Any] = load("metrics")["metrics"].get(namespace, {}) if isinstance(namespace, str) else {}
    return found


def faults_of_metric(namespace: Value, metric: Value, dimensions: Value) -> Iterator[tuple[str, str]]:
    """Look a metric and its dimensions up in `facts/metrics.json`: fault and fix."""
    known, namespaces = known_metrics(namespace), load("metrics")["namespaces"]
    if isinstance(namespace, str) and not known and namespace.startswith("AWS/") and namespace not in namespaces:
        meant = nearest(namespace, namespaces) or "AWS/ECS"
        yield f'has namespace "{namespace[:60]}", which does not exist', f'set namespace = "{meant}"'
    if not known:
        yield from _of_neighbour(namespace, metric, dimensions)
    if not known or not isinstance(metric, str):
        return
    if metric not in known:
        near = nearest(metric, known)
        yield (
            f'has metric_name "{metric[:60]}", which {namespace} does not have',
            f'set metric_name = "{near or min(known)}"',
        )
        return
    given = set(dimensions) if isinstance(dimensions, Mapping) else set()
    if dimensions is not None and not isinstance(dimensions, Mapping):
        return
    if not any(given == set(each) for each in known[metric]["dimensions"]):
        wanted = " or ".join("+".join(each) for each in known[metric]["dimensions"])
        yield f"has dimensions {listed(sorted(given))}; {metric} requires {wanted}", f"set the dimensions {wanted}"


def _of_neighbour(namespace: Value, metric: Value, dimensions: Value) -> Iterator[tuple[str, str]]:
    """A metric looked for where classic load balancers or instances stand; other namespaces may have one of the same name."""
    given = set(dimensions) if isinstance(dimensions, Mapping) else set()
    is_meant = namespace in ("AWS/ELB", "AWS/EC2") and isinstance(metric, str) and given
    for other, metrics in load("metrics")["metrics"].items() if is_meant else ():
        sets = metrics.get(metric, {}).get("dimensions", ())
        if any(given == set(each) for each in sets):
            yield f"has namespace {namespace}, but AWS records {metric} in {other}", f'set namespace = "{other}"'


def faults_of_references(graph: Graph, dimensions: Value) -> Iterator[tuple[str, str]]:
    """Dimensions that are references must be of the things that belong together."""
    if not isinstance(dimensions, Mapping):
        return
    targets = {key: graph.target(value) for key, value in dimensions.items() if isinstance(value, Ref)}
    group, balancer = targets.get("TargetGroup"), targets.get("LoadBalancer")
    if group is not None and balancer is not None:
        behind = balancers_of(graph, group)
        if behind and balancer not in behind:
            yield (
                f"has the dimensions of {group.address} and {balancer.address}, which does not forward to it",
                f"set LoadBalancer = {behind[0].address}.arn_suffix",
            )
    service, cluster = targets.get("ServiceName"), targets.get("ClusterName")
    if service is not None and cluster is not None:
        home = graph.target(service.attributes.get("cluster"))
        if home is not None and home.type == cluster.type and home is not cluster:
            yield (
                f"has the dimensions of {service.address} and {cluster.address}, but it runs in {home.address}",
                f"set ClusterName = {home.address}.name",
            )
    written = dimensions.get("ClusterName")
    home = graph.target(service.attributes.get("cluster")) if service is not None else None
    name = graph.resolved(home.attributes.get("name")) if home is not None else None
    if (
        service is not None
        and home is not None
        and isinstance(written, str)
        and isinstance(name, str)
        and name != written
    ):
        cause = f'has ClusterName "{written[:60]}", but {service.address} runs in {home.address}'
        yield cause, f"set ClusterName = {home.address}.name"
    named, database = dimensions.get("DBInstanceIdentifier"), targets.get("DBInstanceIdentifier")
    is_own = database is not None and database.type == "aws_db_instance" and database.mode == "resource"
    if is_own and isinstance(named, Ref) and named.attribute in ("id", "resource_id", "endpoint", "address"):
        cause = f"has DBInstanceIdentifier = {named}, which is not the identifier of the database"
        yield cause, f"set DBInstanceIdentifier = {named.address}.identifier"
    for key, target in targets.items():
        if target is not None and key in _KINDS and not target.type.endswith(_KINDS[key]):
            yield f"has {target.address} as {key}", f"set {key} to an aws_{_KINDS[key][0]}"
