from typing import Any

import pytest
from stage3c.graph import Expr, Ref, refs_in
from stage3c.resources.stack import compile_stack

from tests.resources.stacks import attributes, compiled, reference

PRIMARY = "aws_db_instance.orders"
OWN = "databases: {orders: {credentials: self_managed, replicas: 2}}"
SECRET = "aws_secretsmanager_secret_version.orders"  # noqa: S105 - an address
KEY = "arn:aws:kms:eu-central-1:123456789012:key/x"


def parameters(over: str) -> dict[str, tuple[str, str]]:
    found: Any = attributes(compiled(over), "aws_db_parameter_group.orders")["parameter"]
    return {item["name"]: (item["value"], item["apply_method"]) for item in found}


def test_the_reference_database_is_what_its_spec_says() -> None:
    graph = compile_stack(reference())
    expected = {
        "engine_version": "15.13", "instance_class": "db.t3.medium", "storage_type": "gp3", "allocated_storage": 20,
        "max_allocated_storage": 100, "storage_encrypted": True, "multi_az": True, "backup_retention_period": 7,
        "publicly_accessible": False, "deletion_protection": True, "copy_tags_to_snapshot": True,
        "apply_immediately": False, "skip_final_snapshot": False, "ca_cert_identifier": "rds-ca-rsa2048-g1",
    }  # fmt: skip
    assert expected.items() <= attributes(graph, "aws_db_instance.main").items()
    assert attributes(graph, "aws_db_subnet_group.main")["subnet_ids"] == [
        Ref("aws_subnet.database_a"),
        Ref("aws_subnet.database_b"),
    ]


@pytest.mark.parametrize(("version", "expected"), [("15", True), ("15.13", False)])
def test_rds_upgrades_by_itself_only_what_is_not_pinned(version: str, expected: bool) -> None:  # noqa: FBT001
    graph = compiled(f'databases: {{orders: {{version: "{version}"}}}}')
    assert attributes(graph, PRIMARY)["auto_minor_version_upgrade"] is expected


def test_tls_is_forced_whatever_the_spec_says() -> None:
    assert parameters("") == {"rds.force_ssl": ("1", "immediate")}
    assert parameters('databases: {orders: {parameters: {rds.force_ssl: "0"}}}')["rds.force_ssl"][0] == "1"


@pytest.mark.parametrize(
    ("name", "method"),
    [
        ("max_connections", "pending-reboot"),
        ("reserved_connections", "pending-reboot"),
        ("cron.database_name", "pending-reboot"),
        ("work_mem", "immediate"),
        ("log_min_duration_statement", "immediate"),
    ],
)
def test_static_parameters_wait_for_a_restart(name: str, method: str) -> None:
    assert parameters(f'databases: {{orders: {{parameters: {{{name}: "5"}}}}}}')[name] == ("5", method)


def test_a_parameter_group_is_of_its_major_version_and_made_before_the_old_one_goes() -> None:
    group = compiled().resources["aws_db_parameter_group.orders"]
    assert (group.attributes["name"], group.attributes["family"]) == ("shop-prod-orders-pg16", "postgres16")
    assert group.lifecycle.create_before_destroy


def test_log_groups_stand_before_rds_would_make_them() -> None:
    graph = compiled()
    groups = [f"aws_cloudwatch_log_group.database_orders_{kind}" for kind in ("postgresql", "upgrade")]
    assert graph.resources[PRIMARY].depends_on == tuple(groups)
    assert attributes(graph, groups[0])["name"] == "/aws/rds/instance/shop-prod-orders/postgresql"


def test_a_managed_password_is_left_to_rds() -> None:
    graph = compiled()
    assert attributes(graph, PRIMARY)["manage_master_user_password"] is True
    assert not {"password", "password_wo"} & set(attributes(graph, PRIMARY))
    assert "aws_secretsmanager_secret.orders" not in graph.resources


def test_a_password_of_ones_own_stands_in_write_only_arguments_alone() -> None:
    graph = compiled(OWN)
    secret, instance = attributes(graph, SECRET), attributes(graph, PRIMARY)
    assert not {"secret_string", "secret_binary"} & set(secret)
    assert not {"password", "manage_master_user_password"} & set(instance)
    ephemeral = [r for r in graph.resources.values() for ref in refs_in(r.attributes) if "ephemeral." in ref.address]
    assert {resource.address for resource in ephemeral} == {SECRET, PRIMARY}


def test_the_password_is_read_back_from_where_it_is_stored() -> None:
    graph = compiled(OWN)
    given: Any = attributes(graph, PRIMARY)["password_wo"]
    assert isinstance(given, Expr)
    assert [ref.address for ref in given.refs] == [f"ephemeral.{SECRET}"]
    assert 'jsondecode(one({0}[*].secret_string))["password"]' in given.template
    read = attributes(graph, f"ephemeral.{SECRET}")
    assert read == {"secret_id": Ref(SECRET, "secret_id"), "version_id": Ref(SECRET, "version_id")}


def test_a_new_version_of_the_password_reaches_secret_and_instance_alike() -> None:
    over = "databases: {orders: {credentials: {kind: self_managed, version: 3}}}"
    graph = compiled(over)
    assert attributes(graph, SECRET)["secret_string_wo_version"] == 3
    assert attributes(graph, PRIMARY)["password_wo_version"] == 3


def test_a_password_has_no_letter_that_rds_or_a_url_refuses() -> None:
    made = attributes(compiled(OWN), "ephemeral.aws_secretsmanager_random_password.orders")
    assert made["password_length"] == 32
    assert set("/@\"' \\:?#&%") <= set(str(made["exclude_characters"]))


def test_replicas_follow_the_primary_in_its_group_and_under_its_parameters() -> None:
    graph = compiled(OWN)
    assert [d.name for d in graph.of_type("aws_db_instance")] == ["orders", "orders_replica_1", "orders_replica_2"]
    replica = attributes(graph, "aws_db_instance.orders_replica_2")
    assert replica["replicate_source_db"] == Ref(PRIMARY, "identifier")
    assert replica["vpc_security_group_ids"] == [Ref("aws_security_group.database_orders")]
    assert replica["parameter_group_name"] == Ref("aws_db_parameter_group.orders", "name")
    assert (replica["storage_encrypted"], replica["skip_final_snapshot"]) == (True, True)
    origin = graph.resources["aws_db_instance.orders_replica_2"].origin
    assert origin.path == ("databases", "orders", "replicas")


def test_a_replica_is_not_told_what_it_has_from_its_primary() -> None:
    over = f"databases: {{orders: {{credentials: self_managed, replicas: 1, kms_key: {KEY}}}}}"
    replica = attributes(compiled(over), "aws_db_instance.orders_replica_1")
    inherited = {
        "engine", "db_name", "username", "password_wo", "kms_key_id", "db_subnet_group_name", "allocated_storage"
    }  # fmt: skip
    assert not inherited & set(replica)


def test_a_last_snapshot_is_taken_unless_the_spec_does_without() -> None:
    assert attributes(compiled(), PRIMARY)["final_snapshot_identifier"] == "shop-prod-orders-final"
    without = attributes(compiled("databases: {orders: {final_snapshot: false}}"), PRIMARY)
    assert (without["skip_final_snapshot"], without["final_snapshot_identifier"]) == (True, None)


def test_without_a_database_nothing_of_one_is_left() -> None:
    over = "databases: null\nservices: {api: {uses: null, secrets: null, health: {ready: {touches: null}}}}"
    assert not [address for address in compiled(over).resources if "orders" in address or "aws_db_" in address]
