from stage3c.graph import Ref
from stage3c.resources.stack import compile_stack

from tests.resources.stacks import attributes, compiled, document, reference

TOPIC = Ref("aws_sns_topic.alarms", "arn")
ALARM = "aws_cloudwatch_metric_alarm"


def test_the_reference_stack_has_these_alarms() -> None:
    of_services = [
        f"service_{name}_{kind}" for name in ("fastapi", "nodejs") for kind in ("5xx", "cpu", "memory", "unhealthy")
    ]
    of_databases = [f"database_main_{kind}" for kind in ("connections", "cpu", "storage")]
    of_balancers = [f"load-balancer_{name}_5xx" for name in ("internal", "public")]
    found = [alarm.name for alarm in compile_stack(reference()).of_type(ALARM)]
    assert found == sorted([*of_services, *of_databases, *of_balancers])


def test_every_alarm_tells_the_topic_and_says_what_missing_data_means() -> None:
    for alarm in compiled().of_type(ALARM):
        assert alarm.attributes["alarm_actions"] == alarm.attributes["ok_actions"] == [TOPIC]
        assert alarm.attributes["treat_missing_data"] == "notBreaching"


def test_an_alarm_on_targets_names_load_balancer_and_target_group() -> None:
    assert attributes(compiled(), f"{ALARM}.service_api_unhealthy")["dimensions"] == {
        "LoadBalancer": Ref("aws_lb.internal", "arn_suffix"),
        "TargetGroup": Ref("aws_lb_target_group.api", "arn_suffix"),
    }


def test_a_worker_has_no_alarms_on_targets() -> None:
    over = "services: {api: {load_balancer: null, port: null}, web: {calls: {API_URL: null}}}"
    found = [alarm.name for alarm in compiled(over).of_type(ALARM) if alarm.name.startswith("service_api_")]
    assert found == ["service_api_cpu", "service_api_memory"]


def test_replicas_are_watched_like_their_primary() -> None:
    graph = compiled("databases: {orders: {credentials: self_managed, replicas: 1}}")
    found = [a.name for a in graph.of_type(ALARM) if a.name.startswith("database_orders_replica_1_")]
    assert [name.rsplit("_", 1)[1] for name in found] == ["connections", "cpu", "storage"]
    identifier = Ref("aws_db_instance.orders_replica_1", "identifier")
    assert attributes(graph, f"{ALARM}.{found[0]}")["dimensions"] == {"DBInstanceIdentifier": identifier}


def test_storage_alarms_when_little_is_left_and_counts_in_bytes() -> None:
    over = "monitoring: {alarms: {database_free_storage_percent: 10}}"
    alarm = attributes(compiled(over), f"{ALARM}.database_orders_storage")
    assert alarm["comparison_operator"] == "LessThanOrEqualToThreshold"
    assert alarm["threshold"] == 2 * 1024**3


def test_thresholds_are_those_of_the_spec() -> None:
    graph = compiled("monitoring: {alarms: {service_cpu_percent: 55, target_5xx_per_minute: 3}}")
    assert attributes(graph, f"{ALARM}.service_web_cpu")["threshold"] == 55
    assert attributes(graph, f"{ALARM}.load-balancer_public_5xx")["threshold"] == 3


def test_only_alarms_and_budgets_of_this_account_publish() -> None:
    allow = document(compiled().resources["aws_sns_topic_policy.alarms"], "policy")["Statement"][0]
    assert allow["Principal"] == {"Service": ["budgets.amazonaws.com", "cloudwatch.amazonaws.com"]}
    account = Ref("data.aws_caller_identity.current", "account_id")
    assert allow["Condition"] == {"StringEquals": {"aws:SourceAccount": account}}
    assert (allow["Action"], allow["Resource"]) == ("sns:Publish", TOPIC)


def test_the_address_of_the_spec_is_subscribed() -> None:
    subscription = attributes(compiled(), "aws_sns_topic_subscription.alarms_email")
    assert (subscription["protocol"], subscription["endpoint"]) == ("email", "ops@example.com")
    assert not compiled("monitoring: {email: null}").of_type("aws_sns_topic_subscription")
