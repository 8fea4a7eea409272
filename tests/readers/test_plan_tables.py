"""What fills a plan's unknown arguments, and whose the ids and names of a state are: a row for each argument and each side."""

import json
from typing import Any

import pytest
from stage3c.graph import UNKNOWN, Expr, Ref, Text, Value
from stage3c.readers.instances import Instance, instances, is_secret
from stage3c.readers.plan import read_plan
from stage3c.readers.references import Configuration, Scope, Trace
from stage3c.readers.unknowns import Filler

KINDS = {
    "allocation_id": "aws_eip",
    "certificate_arn": "aws_acm_certificate aws_acm_certificate_validation aws_iam_server_certificate",
    "cluster": "aws_ecs_cluster",
    "db_subnet_group_name": "aws_db_subnet_group",
    "execution_role_arn": "aws_iam_role",
    "gateway_id": "aws_internet_gateway aws_vpn_gateway",
    "listener_arn": "aws_lb_listener aws_alb_listener",
    "load_balancer_arn": "aws_lb aws_alb aws_elb",
    "nat_gateway_id": "aws_nat_gateway",
    "network_acl_id": "aws_network_acl aws_default_network_acl",
    "policy_arn": "aws_iam_policy",
    "referenced_security_group_id": "aws_security_group aws_default_security_group",
    "role": "aws_iam_role",
    "role_arn": "aws_iam_role",
    "route_table_id": "aws_route_table aws_default_route_table",
    "route_table_ids": "aws_route_table aws_default_route_table",
    "secret_id": "aws_secretsmanager_secret",
    "security_group_id": "aws_security_group aws_default_security_group",
    "security_group_ids": "aws_security_group aws_default_security_group",
    "security_groups": "aws_security_group aws_default_security_group",
    "source_security_group_id": "aws_security_group aws_default_security_group",
    "subnet_id": "aws_subnet aws_default_subnet",
    "subnet_ids": "aws_subnet aws_default_subnet",
    "subnets": "aws_subnet aws_default_subnet",
    "target_group_arn": "aws_lb_target_group aws_alb_target_group",
    "task_definition": "aws_ecs_task_definition",
    "task_role_arn": "aws_iam_role",
    "vpc_endpoint_id": "aws_vpc_endpoint",
    "vpc_id": "aws_vpc aws_default_vpc",
    "vpc_security_group_ids": "aws_security_group aws_default_security_group",
}
SEVERAL = {
    "route_table_ids",
    "security_group_ids",
    "security_groups",
    "subnet_ids",
    "subnets",
    "vpc_security_group_ids",
}
ARNS = {name for name in KINDS if name.endswith("arn")} | {"task_definition"}


def instance(address: str, **values: Value) -> Instance:
    module, _, own = address.rpartition("module.")[2].partition(".") if address.startswith("module.") else ("", "", "")
    own = own or address
    kind, name = own.split(".", 1)
    return Instance(
        address, f"module.{module}" if module else "", "resource", kind, name, name.partition("[")[0], values
    )


def filler(*found: str, modules: dict[str, Any] | None = None, scope: Scope | None = None) -> Filler:
    """What fills the arguments of something, where these instances are planned."""
    made = {address: instance(address) for address in found}
    document = {"root_module": {"module_calls": modules or {}}}
    return Filler(
        Configuration(document, made),
        scope or Scope(),
        lambda kinds: tuple(Ref(address) for address, each in made.items() if each.kind in kinds),
    )


@pytest.mark.parametrize(("argument", "kind"), [(key, kind) for key, kinds in KINDS.items() for kind in kinds.split()])
def test_an_unknown_argument_is_the_only_resource_that_can_stand_there(argument: str, kind: str) -> None:
    attribute = "arn" if argument in ARNS else "id"
    filled = filler(f"{kind}.a", "aws_x.b").filled({}, {argument: True}, None)
    value = filled[argument]
    if argument in SEVERAL:  # there may be others, which the plan cannot name
        assert value == [Ref(f"{kind}.a", attribute)]
    else:
        assert value == Ref(f"{kind}.a", attribute)


@pytest.mark.parametrize("argument", list(KINDS))
def test_an_unknown_argument_with_two_candidates_is_one_of_them(argument: str) -> None:
    kind = KINDS[argument].split()[0]
    value = filler(f"{kind}.a", f"{kind}.b").filled({}, {argument: True}, None)[argument]
    assert isinstance(value, Expr)
    assert {ref.address for ref in value.refs} == {f"{kind}.a", f"{kind}.b"}


@pytest.mark.parametrize("argument", list(KINDS))
def test_an_argument_prefers_what_belongs_there_among_its_references(argument: str) -> None:
    kind = KINDS[argument].split()[0]
    written = {argument: {"references": ["var.which", f"{kind}.a", "aws_x.b"]}}
    value = filler(f"{kind}.a", "aws_x.b").filled({}, {argument: True}, written)[argument]
    refs = value.refs if isinstance(value, Expr) else value if isinstance(value, list) else [value]
    assert [ref.address for ref in refs if isinstance(ref, Ref)] == [f"{kind}.a"]


def test_the_target_group_of_a_block_is_named_by_the_block() -> None:
    for kind in ("aws_lb_target_group", "aws_alb_target_group"):
        found = filler(f"{kind}.a").filled({"target_group": [{}]}, {"target_group": [{"arn": True}]}, None)
        assert found == {"target_group": [{"arn": Ref(f"{kind}.a", "arn")}]}
    assert filler("aws_lb_target_group.a").filled({}, {"other": [{"arn": True}]}, None) == {
        "other": [{"arn": Expr("not known")}]
    }


COMPOSED = "assume_role_policy container_definitions description event_pattern input name policy resource_id secret_string user_data value"


@pytest.mark.parametrize("argument", COMPOSED.split())
def test_a_text_that_is_put_together_is_more_than_its_reference(argument: str) -> None:
    def filled(reference: str) -> Value:
        return filler("aws_x.a").filled({}, {argument: True}, {argument: {"references": [reference]}})[argument]

    assert filled("aws_x.a.id") == Expr("not known", (Ref("aws_x.a", "id"),))
    assert filled("aws_x.a.dns_name") == Ref("aws_x.a", "dns_name")
    assert filled("aws_x.a.json") == Ref("aws_x.a", "json")


@pytest.mark.parametrize(
    ("argument", "references", "expected"),
    [
        ("x_id", ["aws_x.a.id"], Ref("aws_x.a")),
        ("x_arn", ["aws_x.a"], Ref("aws_x.a", "arn")),
        ("x_arns", ["aws_x.a"], [Ref("aws_x.a", "arn")]),
        ("alarm_actions", ["aws_x.a.arn"], [Ref("aws_x.a", "arn")]),
        ("cidr_blocks", ["aws_x.a.cidr"], [Ref("aws_x.a", "cidr")]),
        ("validation_record_fqdns", ["aws_x.a.fqdn"], [Ref("aws_x.a", "fqdn")]),
        ("x_groups", ["aws_x.a.id"], [Ref("aws_x.a")]),
        ("x_ids", ["aws_x.a.id"], [Ref("aws_x.a")]),
        ("records", ["aws_x.a.ip"], [Ref("aws_x.a", "ip")]),
        ("x_subnets", ["aws_x.a.id"], [Ref("aws_x.a")]),
        ("x_id", ["aws_x.a.id", "aws_x.b.id"], Expr("not known", (Ref("aws_x.a"), Ref("aws_x.b")))),
        ("x_ids", ["aws_x.a.id", "aws_x.b.id"], [Ref("aws_x.a"), Ref("aws_x.b")]),
        ("x_ids", ["aws_x.a.id", "aws_x.b.id", "var.x"], Expr("not known", (Ref("aws_x.a"), Ref("aws_x.b")))),
        ("x_ids", ["aws_x.a.id", "local.x"], Expr("not known", (Ref("aws_x.a"),))),
        ("x_id", ["aws_x.a.id", "local.x"], Expr("not known", (Ref("aws_x.a"),))),
        ("x_id", ["aws_x.a.id", "var.x"], Ref("aws_x.a")),
        ("x_id", ["var.x"], Expr("not known")),
        ("x_id", ["local.x"], Expr("not known")),
        ("x_id", ["aws_x.missing.id"], Expr("not known")),
    ],
)
def test_references_of_an_unknown_argument(argument: str, references: list[str], expected: Value) -> None:
    found = filler("aws_x.a", "aws_x.b").filled({}, {argument: True}, {argument: {"references": references}})
    assert found == {argument: expected}


@pytest.mark.parametrize(
    ("values", "mask", "written", "expected"),
    [
        ({}, {"a": True}, {}, {}),
        ({"a": 1}, {"a": False}, {}, {"a": 1}),
        ({"a": ["k", None]}, {"a": [False, True]}, {"a": {"references": ["aws_x.a.id"]}}, {"a": Ref("aws_x.a")}),
        ({"x_ids": ["k", None]}, {"x_ids": [False, True]}, {"x_ids": {"references": ["aws_x.a.id"]}}, {"x_ids": ["k", Ref("aws_x.a")]}),
        ({"x_ids": [None, None]}, {"x_ids": [True, True]}, {"x_ids": {"references": ["aws_x.a.id"]}}, {"x_ids": Expr("not known", (Ref("aws_x.a"),))}),
        ({"a": {"b": 1}}, {"a": {"c": True}}, {"a": {"c": {"references": ["aws_x.a.id"]}}}, {"a": {"b": 1, "c": Ref("aws_x.a")}}),
        ({"a": {"b": 1}}, {"a": {"c": False}}, {"a": {"c": {"references": ["aws_x.a.id"]}}}, {"a": {"b": 1}}),
        ({"a": [{"b": 1}]}, {"a": [{"c": True}]}, {}, {"a": [{"b": 1, "c": Expr("not known")}]}),
        ({"a": [{"b": 1}, {"b": 2}]}, {"a": [{}, {"x_id": True}]}, {"a": [{"b": {"constant_value": "2"}, "x_id": {"references": ["aws_x.a.id"]}}]}, {"a": [{"b": 1}, {"b": 2, "x_id": Ref("aws_x.a")}]}),
        ({"a": [{"b": 1}]}, {"a": [{"x_id": True}]}, {"a": [{"b": {"constant_value": 2}, "x_id": {"references": ["aws_x.a.id"]}}]}, {"a": [{"b": 1, "x_id": Expr("not known")}]}),
        ({"a": [{"b": True}]}, {"a": [{"x_id": True}]}, {"a": [{"b": {"constant_value": "TRUE"}, "x_id": {"references": ["aws_x.a.id"]}}]}, {"a": [{"b": True, "x_id": Ref("aws_x.a")}]}),
        ({"a": [{}]}, {"a": [{"subnet_id": True}]}, {"a": {"references": ["aws_subnet.a.id"]}}, {"a": [{"subnet_id": Ref("aws_subnet.a")}]}),
        ({"a": [{}, {}]}, {"a": [{"subnet_id": True}, {}]}, {"a": {"references": ["aws_x.a.id"]}}, {"a": [{"subnet_id": Ref("aws_x.a")}, {}]}),
    ],
)  # fmt: skip
def test_values_and_what_of_them_is_unknown(
    values: dict[str, Value], mask: dict[str, Any], written: dict[str, Any], expected: dict[str, Value]
) -> None:
    assert filler("aws_x.a", "aws_subnet.a").filled(values, mask, written) == expected


@pytest.mark.parametrize(
    ("key", "source", "expected"),
    [
        ("a", {"constant_value": 1}, 1),
        ("password", {"constant_value": "p"}, UNKNOWN),
        ("master_password", {"constant_value": "p"}, UNKNOWN),
        ("a", {"references": ["aws_x.a.id"]}, Expr("not known", (Ref("aws_x.a"),))),
        ("a", [{"b": {"constant_value": 2}}, "x"], [{"b": 2}]),
    ],
)
def test_a_block_that_is_not_planned_has_what_is_written(key: str, source: Any, expected: Value) -> None:
    assert filler("aws_x.a").uncertain({key: source}) == {key: expected}


@pytest.mark.parametrize(
    ("references", "scope", "refs", "choosy", "hidden"),
    [
        (["aws_x.a.id", "aws_x.a"], Scope(), [Ref("aws_x.a")], False, False),
        (["aws_x.a"], Scope(), [Ref("aws_x.a", "id")], False, False),
        (["aws_x.c[0].arn"], Scope(), [Ref("aws_x.c[0]", "arn")], False, False),
        (["aws_x.c[7].arn"], Scope(), [Ref("aws_x.c[0]", "arn"), Ref("aws_x.c[1]", "arn")], True, False),
        (["aws_x.c"], Scope(), [Ref("aws_x.c[0]"), Ref("aws_x.c[1]")], False, False),
        (["aws_x.c", "count.index"], Scope(key="[1]"), [Ref("aws_x.c[1]")], False, False),
        (["aws_x.c"], Scope(key="[1]"), [Ref("aws_x.c[0]"), Ref("aws_x.c[1]")], False, False),
        (["aws_x.c", "each.key"], Scope(key="[5]"), [Ref("aws_x.c[0]"), Ref("aws_x.c[1]")], False, False),
        (["aws_x.none.id"], Scope(), [], True, False),
        (["aws_x"], Scope(), [], False, True),
        (["data.aws_x"], Scope(), [], False, True),
        (["local.a"], Scope(), [], False, True),
        (["ephemeral.aws_x.a"], Scope(), [], False, True),
        (["path.module"], Scope(), [], False, False),
        (["terraform.workspace"], Scope(), [], False, False),
        (["self.id"], Scope(), [], False, False),
        (["count.index"], Scope(), [], False, False),
        (["each.key"], Scope(), [], False, False),
        (["var.a"], Scope(), [], True, False),
        (["var.a"], Scope("module.m"), [Ref("aws_x.a")], False, False),
        (["var.a.b"], Scope("module.m"), [Ref("aws_x.a")], True, False),
        (["var.none"], Scope("module.m"), [], True, False),
        (["var.hidden"], Scope("module.m"), [], True, True),
        (["var.nested"], Scope("module.m"), [Ref("aws_x.a"), Ref("aws_x.b")], False, False),
        (["module.m.out"], Scope(), [Ref("module.m.aws_y.in")], False, False),
        (["module.m.out.part"], Scope(), [Ref("module.m.aws_y.in")], True, False),
        (["module.m.none"], Scope(), [], True, False),
        (["module.m"], Scope(), [], False, True),
        (["aws_y.in.name"], Scope("module.m"), [Ref("module.m.aws_y.in", "name")], False, False),
        (["each.value.id", "each.value"], Scope(key="[0]", each=("aws_x.c",)), [Ref("aws_x.c[0]")], False, False),
        (["each.value"], Scope(key="[0]", each=("aws_x.c",)), [Ref("aws_x.c[0]")], False, False),
        (["each.value.id"], Scope(key="[9]", each=("aws_x.c",)), [Ref("aws_x.c[0]"), Ref("aws_x.c[1]")], True, False),
        (["each.value"], Scope(key="[0]", each=("aws_x.c", "aws_x.a")), [Ref("aws_x.c[0]"), Ref("aws_x.c[1]"), Ref("aws_x.a")], True, False),
        (["each.value"], Scope(key="[0]", each=("local.a",)), [], True, True),
        (["each.value"], Scope(key="[0]", each=("aws_x.c.name",)), [Ref("aws_x.c[0]", "name"), Ref("aws_x.c[1]", "name")], True, False),
        (["aws_x.a.id", "local.a"], Scope(), [Ref("aws_x.a")], False, True),
        (["aws_x.a.id", "var.a"], Scope(), [Ref("aws_x.a")], True, False),
    ],
)  # fmt: skip
def test_what_references_lead_to(
    references: list[str],
    scope: Scope,
    refs: list[Ref],
    choosy: bool,  # noqa: FBT001 - a row of the table
    hidden: bool,  # noqa: FBT001 - a row of the table
) -> None:
    inner = {
        "expressions": {
            "a": {"references": ["aws_x.a.id", "aws_x.a"]},
            "hidden": {"references": ["local.x"]},
            "nested": [{"p": {"references": ["aws_x.a.id"]}}, {"q": [{"r": {"references": ["aws_x.b.id"]}}]}],
        },
        "module": {"outputs": {"out": {"expression": {"references": ["aws_y.in.id", "aws_y.in"]}}}},
    }
    found = filler("aws_x.a", "aws_x.b", "aws_x.c[0]", "aws_x.c[1]", "module.m.aws_y.in", modules={"m": inner})
    assert found.configuration.trace(references, scope) == Trace(tuple(refs), choosy, hidden)


def test_a_policy_document_is_referred_to_by_its_json() -> None:
    document = Instance("data.aws_iam_policy_document.a", "", "data", "aws_iam_policy_document", "a", "a", {})
    found = Configuration({}, {document.address: document}).trace(["data.aws_iam_policy_document.a"], Scope(), "id")
    assert found == Trace((Ref(document.address, "json"),))


def read(*resources: dict[str, Any]) -> dict[str, dict[str, Value]]:
    """The attributes in a state, by address."""
    document = {"format_version": "1.0", "values": {"root_module": {"resources": list(resources)}}}
    graph = read_plan(json.dumps(document).encode(), "state.json").graph
    assert graph is not None
    return {address: dict(each.attributes) for address, each in graph.resources.items()}


def one(address: str, /, **values: Any) -> dict[str, Any]:
    kind, name = address.split(".")
    return {"address": address, "mode": "managed", "type": kind, "name": name, "values": values}


@pytest.mark.parametrize(
    ("argument", "kind", "attribute"),
    [
        ("cluster", "aws_ecs_cluster", "name"),
        ("cluster_name", "aws_ecs_cluster", "name"),
        ("db_subnet_group_name", "aws_db_subnet_group", "name"),
        ("parameter_group_name", "aws_db_parameter_group", "name"),
        ("replicate_source_db", "aws_db_instance", "identifier"),
        ("repository", "aws_ecr_repository", "name"),
        ("role", "aws_iam_role", "name"),
        ("validation_record_fqdns", "aws_route53_record", "fqdn"),
    ],
)
def test_a_name_in_a_state_is_that_of_the_one_kind_that_belongs_there(argument: str, kind: str, attribute: str) -> None:
    found = read(one(f"{kind}.a", **{attribute: "shop."}), one("aws_x.b", **{argument: "shop", "other": "shop"}))
    assert found["aws_x.b"] == {argument: Ref(f"{kind}.a", attribute), "other": "shop"}
    assert read(one(f"{kind}.a", **{attribute: "shop"}), one("aws_x.b", **{argument: "web"}))["aws_x.b"] == {
        argument: "web"
    }
    assert read(one("aws_y.a", **{attribute: "shop"}), one("aws_x.b", **{argument: "shop"}))["aws_x.b"] == {
        argument: "shop"
    }


@pytest.mark.parametrize(
    ("kind", "argument", "expected"),
    [
        ("aws_s3_bucket_policy", "bucket", Ref("aws_s3_bucket.a", "bucket")),
        ("aws_lb", "bucket", "shop"),
        ("aws_s3_bucket_policy", "name", "shop"),
    ],
)
def test_a_bucket_is_named_by_what_belongs_to_buckets(kind: str, argument: str, expected: Value) -> None:
    found = read(one("aws_s3_bucket.a", bucket="shop"), one(f"{kind}.b", **{argument: "shop"}))
    assert found[f"{kind}.b"] == {argument: expected}


@pytest.mark.parametrize(
    ("kind", "argument", "is_one"),
    [
        ("aws_route53_record", "name", True),
        ("aws_route53_record", "records", True),
        ("aws_route53_record", "type", False),
        ("aws_x", "name", False),
        ("aws_x", "records", False),
    ],
)
def test_only_a_record_is_of_a_certificate(kind: str, argument: str, is_one: bool) -> None:  # noqa: FBT001 - a row
    option = {"resource_record_name": "_a.shop.de.", "resource_record_value": "_b.acm.aws."}
    text = "_b.acm.aws" if argument == "records" else "_a.shop.de"
    certificate = one("aws_acm_certificate.a", domain_validation_options=[option])
    attribute = "resource_record_value" if argument == "records" else "resource_record_name"
    ref = Ref("aws_acm_certificate.a", f"domain_validation_options[0].{attribute}")
    found = read(certificate, one(f"{kind}.b", **{argument: [text] if argument == "records" else text}))[f"{kind}.b"]
    assert found == {
        argument: ([ref] if argument == "records" else ref) if is_one else [text] if argument == "records" else text
    }


IDENTITY = {
    "arn": "arn:aws:x:eu-west-1:123456789012:y/z",
    "id": "vpc-0a1b2c3d",
    "address": "shop.abc123.eu-west-1.rds.amazonaws.com",
    "allocation_id": "eipalloc-0a1b2c3d",
    "default_network_acl_id": "acl-0a1b2c3d",
    "default_route_table_id": "rtb-0a1b2c3d",
    "default_security_group_id": "sg-0a1b2c3d",
    "dns_name": "shop-1.eu-west-1.elb.amazonaws.com",
    "endpoint": "shop.abc123.eu-west-1.rds.amazonaws.com:5432",
    "key_id": "0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f",
    "main_route_table_id": "rtb-0a1b2c3d4",
    "prefix_list_id": "pl-0a1b2c3d",
    "repository_url": "123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop",
}


@pytest.mark.parametrize("kind", ["aws_kms_key", "aws_kms_replica_key", "aws_kms_external_key"])
def test_a_key_of_any_kind_has_its_id(kind: str) -> None:
    found = read(one(f"{kind}.a", key_id=IDENTITY["key_id"]), one("aws_y.b", plain=IDENTITY["key_id"]))
    assert found["aws_y.b"] == {"plain": Ref(f"{kind}.a", "key_id")}


OWNERS = {"allocation_id": "aws_eip", "key_id": "aws_kms_key", "prefix_list_id": "aws_vpc_endpoint"}


@pytest.mark.parametrize("attribute", list(OWNERS))
def test_what_a_resource_was_given_is_not_its_own(attribute: str) -> None:
    text = IDENTITY[attribute]
    assert read(one("aws_x.a", **{attribute: text}), one("aws_y.b", plain=text))["aws_y.b"] == {"plain": text}


def test_what_a_subscription_leads_to_is_not_the_subscription() -> None:
    queue = IDENTITY["arn"]
    found = read(one("aws_sns_topic_subscription.a", endpoint=queue), one("aws_y.b", plain=queue))
    assert found["aws_y.b"] == {"plain": queue}


@pytest.mark.parametrize("attribute", list(IDENTITY))
def test_what_aws_gave_to_one_thing_means_that_thing_wherever_it_stands(attribute: str) -> None:
    text, kind = IDENTITY[attribute], OWNERS.get(attribute, "aws_x")
    found = read(
        one(f"{kind}.a", **{attribute: text}), one("aws_y.b", plain=text, longer=f"<{text}>", inner=[{"k": text}])
    )
    ref = Ref(f"{kind}.a", attribute)
    assert found["aws_y.b"] == {"plain": ref, "longer": Text("<", ref, ">"), "inner": [{"k": ref}]}


@pytest.mark.parametrize(("count", "is_known"), [(64, True), (65, False)])
def test_how_many_ends_of_an_arn_are_tried(count: int, is_known: bool) -> None:  # noqa: FBT001 - a row of the table
    arn = IDENTITY["arn"]
    found = read(one("aws_x.a", arn=arn), one("aws_y.b", longer=arn + ":x" * count))
    ref = Ref("aws_x.a", "arn")
    assert found["aws_y.b"] == {"longer": Text(ref, ":x" * count) if is_known else arn + ":x" * count}


def test_a_zone_belongs_to_a_hosted_zone_alone() -> None:
    user = one("aws_y.b", zone="Z0123456789AB")
    assert read(one("aws_route53_zone.a", zone_id="Z0123456789AB"), user)["aws_y.b"] == {
        "zone": Ref("aws_route53_zone.a", "zone_id")
    }
    assert read(one("aws_lb.a", zone_id="Z0123456789AB"), user)["aws_y.b"] == {"zone": "Z0123456789AB"}


def test_the_secret_that_rds_manages_is_the_database_s() -> None:
    arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:rds!db-1"
    found = read(one("aws_db_instance.a", master_user_secret=[{"secret_arn": arn}]), one("aws_y.b", policy=f"{arn}:*"))
    assert found["aws_y.b"]["policy"] == Text(Ref("aws_db_instance.a", "master_user_secret[0].secret_arn"), ":*")


def test_the_log_group_of_container_definitions_is_a_name() -> None:
    text = '[{"logConfiguration": {"options": {"awslogs-group": "/shop", "other": "/shop"}}}]'
    found = read(one("aws_cloudwatch_log_group.a", name="/shop"), one("aws_y.b", text=text))
    before, after = text.split("/shop", 1)
    assert found["aws_y.b"]["text"] == Text(before, Ref("aws_cloudwatch_log_group.a", "name"), after)


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        (key, "x", True)
        for key in ("access_key", "auth_token", "bcrypt_hash", "client_secret", "password", "password_wo")
    ]
    + [(key, "x", True) for key in ("private_key", "private_key_openssh", "private_key_pem", "secret", "secret_binary")]
    + [(key, "x", True) for key in ("secret_key", "secret_string", "secret_string_wo", "token", "a_password")]
    + [("password", None, False), ("password", 1, False), ("name", "x", False), ("passwords", "x", False)],
)
def test_names_of_secrets(key: str, value: object, expected: bool) -> None:  # noqa: FBT001 - a row of the table
    assert is_secret(key, value) is expected


FULL_OF_BLANKS = "aws_default_network_acl aws_default_route_table aws_default_security_group aws_network_acl aws_route_table aws_security_group"


def module(*resources: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"root_module": {"resources": list(resources), **more}}


@pytest.mark.parametrize(
    ("values", "of_state", "expected"),
    [
        (None, False, {}),
        ({}, False, {}),
        (module(one("aws_x.a", b="")), False, {"aws_x.a": {"b": ""}}),
        (module(one("aws_x.a", b="", c=None, d=[], e={})), True, {"aws_x.a": {}}),
        (module(one("aws_x.a", b=[{"c": ""}])), False, {"aws_x.a": {"b": [{"c": ""}]}}),
        (module(one("aws_security_group.a", b=[{"c": ""}], d="")), False, {"aws_security_group.a": {"b": [{}], "d": ""}}),
        *((module(one(f"{kind}.a", b=[{"c": ""}])), False, {f"{kind}.a": {"b": [{}]}}) for kind in FULL_OF_BLANKS.split()),
        (module({**one("aws_x.a"), "mode": "other"}), False, {}),
        (module({**one("aws_x.a"), "deposed_key": "1"}), False, {}),
        (module({**one("aws_x.a"), "address": 1}), False, {}),
        (module({**one("aws_x.a"), "address": "a" * 4097}), False, {}),
        (module({**one("aws_x.a"), "address": "a" * 4096}), False, {"a" * 4096: {}}),
        (module(one("aws_x.a", b="a" * 100_000, c="a" * 100_001)), False, {"aws_x.a": {"b": "a" * 100_000, "c": UNKNOWN}}),
        (module(one("aws_x.a", b=1), one("aws_x.a", b=2)), False, {"aws_x.a": {"b": 1}}),
        (module({**one("aws_x.a", b="s", c=[1, "s"]), "sensitive_values": {"b": True, "c": [False, True]}}), False, {"aws_x.a": {"b": UNKNOWN, "c": [1, UNKNOWN]}}),
        (module({**one("aws_x.a", b="s", c=None), "sensitive_values": True}), False, {"aws_x.a": {"b": UNKNOWN}}),
        (module(one("aws_ssm_parameter.a", value="s", value_wo="s", name="n")), False, {"aws_ssm_parameter.a": {"value": UNKNOWN, "value_wo": UNKNOWN, "name": "n"}}),
        (module(one("random_password.a", result="s", value="n")), False, {"random_password.a": {"result": UNKNOWN, "value": "n"}}),
    ],
)  # fmt: skip
def test_instances_without_secrets_and_blanks(values: Any, of_state: bool, expected: dict[str, Any]) -> None:  # noqa: FBT001 - a row
    assert {each.address: each.values for each in instances(values, of_state=of_state)} == expected


def depths(*, of: str, depth: int) -> dict[str, Any]:
    value: Any = "x"
    for _ in range(depth):
        value = [value] if of == "lists" else {"k": value}
    found = module(one("aws_x.a", a=value)) if of != "modules" else {"root_module": {}}
    inner = found["root_module"]
    for _ in range(depth if of == "modules" else 0):
        inner["child_modules"] = [{"address": "m"}]
        inner = inner["child_modules"][0]
    return found


@pytest.mark.parametrize("of", ["lists", "mappings", "modules"])
def test_how_deep_values_and_modules_are_read(of: str) -> None:
    list(instances(depths(of=of, depth=60)))
    with pytest.raises(ValueError, match="deeply"):
        list(instances(depths(of=of, depth=61)))


def test_instances_in_modules_know_their_name_and_key() -> None:
    inner = {
        "address": "module.m[0]",
        "resources": [{**one("aws_x.a", b=1), "address": 'module.m[0].aws_x.a["k"]', "depends_on": ["aws_x.z"]}],
    }
    data = {**one("aws_x.b"), "mode": "data", "address": "data.aws_x.b"}
    first, second = instances(module(data, child_modules=[inner]))
    assert (first.module, first.mode, first.name, first.declared, first.key) == ("", "data", "b", "b", "")
    assert (second.module, second.mode, second.name, second.declared, second.key) == (
        "module.m[0]",
        "resource",
        'a["k"]',
        "a",
        '["k"]',
    )
    assert second.waits == ("aws_x.z",)


@pytest.mark.parametrize(
    ("rule", "left"),
    [
        (one("aws_security_group_rule.r", security_group_id="sg-0a1b2c3d", type="ingress", protocol="tcp", from_port=80, to_port=80, cidr_blocks=["10.0.0.0/8"]), 0),
        (one("aws_security_group_rule.r", security_group_id="sg-0a1b2c3d", type="egress", protocol="tcp", from_port=80, to_port=80, cidr_blocks=["10.0.0.0/8"]), 1),
        (one("aws_security_group_rule.r", security_group_id="sg-0a1b2c3d", type="ingress", protocol="tcp", from_port=81, to_port=81, cidr_blocks=["10.0.0.0/8"]), 1),
        (one("aws_security_group_rule.r", security_group_id="sg-0a1b2c3d", type="ingress", protocol="udp", from_port=80, to_port=80, cidr_blocks=["10.0.0.0/8"]), 1),
        (one("aws_security_group_rule.r", security_group_id="sg-09999999", type="ingress", protocol="tcp", from_port=80, to_port=80, cidr_blocks=["10.0.0.0/8"]), 1),
        (one("aws_vpc_security_group_ingress_rule.r", security_group_id="sg-0a1b2c3d", ip_protocol="tcp", from_port=80, to_port=80, cidr_ipv4="10.0.0.0/8"), 0),
        (one("aws_vpc_security_group_egress_rule.r", security_group_id="sg-0a1b2c3d", ip_protocol="tcp", from_port=80, to_port=80, cidr_ipv4="10.0.0.0/8"), 1),
        (one("aws_vpc_security_group_ingress_rule.r", security_group_id="sg-0a1b2c3d", ip_protocol="tcp", from_port=80, to_port=80, cidr_ipv6="10.0.0.0/8"), 0),
        (one("aws_vpc_security_group_ingress_rule.r", security_group_id="sg-0a1b2c3d", ip_protocol="tcp", from_port=80, to_port=80, prefix_list_id="10.0.0.0/8"), 1),
    ],
)  # fmt: skip
def test_a_rule_is_in_its_group_where_owner_direction_protocol_ports_and_peer_agree(
    rule: dict[str, Any], left: int
) -> None:
    inline = {"protocol": "tcp", "from_port": 80, "to_port": 80, "cidr_blocks": ["10.0.0.0/8"]}
    found = read(one("aws_security_group.a", id="sg-0a1b2c3d", ingress=[inline]), rule)
    assert found["aws_security_group.a"].get("ingress", []) == [inline] * left


def test_what_of_a_rule_is_no_resource_stays() -> None:
    ports = {"protocol": "tcp", "from_port": 80, "to_port": 80}
    inline = {**ports, "self": True, "cidr_blocks": ["10.0.0.0/8", "10.9.0.0/16"]}
    rule = {"security_group_id": "sg-0a1b2c3d", "ip_protocol": "tcp", "from_port": 80, "to_port": 80}
    own = one("aws_vpc_security_group_ingress_rule.r", cidr_ipv4="10.0.0.0/8", **rule)
    found = read(one("aws_security_group.a", id="sg-0a1b2c3d", ingress=[inline]), own)
    left = {**ports, "self": True, "cidr_blocks": ["10.9.0.0/16"]}
    assert found["aws_security_group.a"]["ingress"] == [left]


@pytest.mark.parametrize(
    ("inline", "own"),
    [
        ("cidr_blocks", "cidr_ipv4"),
        ("ipv6_cidr_blocks", "cidr_ipv6"),
        ("prefix_list_ids", "prefix_list_id"),
        ("security_groups", "referenced_security_group_id"),
    ],
)
@pytest.mark.parametrize("protocol", ["-1", "all", "tcp"])
def test_peers_of_a_rule_have_two_names(inline: str, own: str, protocol: str) -> None:
    peer = "sg-0b1b2c3d" if "group" in own else "pl-0b1b2c3d" if "list" in own else "10.0.0.0/8"
    ports = {"from_port": 0, "to_port": 0}
    group = one("aws_security_group.a", id="sg-0a1b2c3d", ingress=[{"protocol": protocol, inline: [peer], **ports}])
    rule = {"security_group_id": "sg-0a1b2c3d", own: peer, "ip_protocol": "-1" if protocol == "all" else protocol}
    found = read(group, one("aws_vpc_security_group_ingress_rule.r", **rule, **(ports if protocol == "tcp" else {})))
    assert found["aws_security_group.a"].get("ingress", []) == []


@pytest.mark.parametrize("protocol", ["-1", "tcp"])
@pytest.mark.parametrize(
    ("inline", "own"),
    [
        ({"cidr_blocks": ["10.0.0.0/8"]}, {"cidr_blocks": ["10.0.0.0/8"]}),
        ({"ipv6_cidr_blocks": ["fd00::/8"]}, {"ipv6_cidr_blocks": ["fd00::/8"]}),
        ({"prefix_list_ids": ["pl-0b1b2c3d"]}, {"prefix_list_ids": ["pl-0b1b2c3d"]}),
        ({"security_groups": ["sg-0b1b2c3d"]}, {"source_security_group_id": "sg-0b1b2c3d"}),
        ({"self": True}, {"self": True}),
        ({"self": True}, {"source_security_group_id": "sg-0a1b2c3d"}),
    ],
)
def test_peers_of_an_older_rule(inline: dict[str, Any], own: dict[str, Any], protocol: str) -> None:
    ports = {"from_port": 0, "to_port": 0, "protocol": protocol}
    group = one("aws_security_group.a", id="sg-0a1b2c3d", ingress=[{**inline, **ports}])
    rule = one("aws_security_group_rule.r", type="ingress", security_group_id="sg-0a1b2c3d", **own, **ports)
    assert read(group, rule)["aws_security_group.a"].get("ingress", []) == []


@pytest.mark.parametrize(
    ("inline", "own"),
    [
        ("cidr_block", "destination_cidr_block"),
        ("ipv6_cidr_block", "destination_ipv6_cidr_block"),
        ("destination_prefix_list_id", "destination_prefix_list_id"),
    ],
)
def test_a_route_is_known_by_its_destination(inline: str, own: str) -> None:
    table = one("aws_route_table.a", id="rtb-0a1b2c3d", route=[{inline: "x"}, {inline: "y"}])
    found = read(table, one("aws_route.r", route_table_id="rtb-0a1b2c3d", **{own: "x"}))
    assert found["aws_route_table.a"]["route"] == [{inline: "y"}]


@pytest.mark.parametrize(
    ("kind", "argument", "parts"),
    [
        ("aws_network_acl_rule", "network_acl_id", ["ingress", "egress"]),
        ("aws_iam_role_policy", "role", ["inline_policy"]),
        ("aws_iam_role_policy_attachment", "role", ["managed_policy_arns"]),
    ],
)
def test_parts_that_are_resources_are_not_in_their_owner_as_well(kind: str, argument: str, parts: list[str]) -> None:
    owner = "aws_network_acl" if "acl" in kind else "aws_iam_role"
    own = {"id": "acl-0a1b2c3d"} if "acl" in kind else {"name": "shop"}
    everything = {part: ["x"] for part in ("ingress", "egress", "inline_policy", "managed_policy_arns")}
    found = read(one(f"{owner}.a", **own, **everything), one(f"{kind}.b", **{argument: next(iter(own.values()))}))
    assert {part for part in everything if part not in found[f"{owner}.a"]} == set(parts)


@pytest.mark.parametrize(
    ("kind", "mapping", "is_kept"),
    [
        ("aws_lb", {"subnet_id": "a"}, False),
        ("aws_lb", {"subnet_id": "a", "allocation_id": "b"}, True),
        ("aws_lb", {"subnet_id": "a", "private_ipv4_address": "10.0.0.1"}, True),
        ("aws_x", {"subnet_id": "a"}, True),
    ],
)
def test_the_subnets_of_a_load_balancer_stand_twice_in_a_state(
    kind: str,
    mapping: dict[str, str],
    is_kept: bool,  # noqa: FBT001 - a row of the table
) -> None:
    assert ("subnet_mapping" in read(one(f"{kind}.a", subnets=["a"], subnet_mapping=[mapping]))[f"{kind}.a"]) is is_kept
    assert "subnet_mapping" in read(one(f"{kind}.a", subnet_mapping=[mapping]))[f"{kind}.a"]


def test_a_plan_without_a_configuration_leads_nowhere() -> None:
    nothing = Configuration({}, {})
    assert nothing.trace(["var.a"], Scope("module.m")) == Trace(choosy=True)
    assert nothing.trace(["module.m.out"], Scope()) == Trace(choosy=True)
    assert nothing.trace(["aws_x.a"], Scope()) == Trace(choosy=True)
    assert not list(nothing.missing())
    assert not list(nothing.providers())


def test_a_block_without_arguments_may_exist_too() -> None:
    block = {"mode": "managed", "type": "aws_x", "name": "a"}
    document = {
        "format_version": "1.2",
        "errored": True,
        "planned_values": {},
        "configuration": {"root_module": {"resources": [block, {**block, "mode": "data", "name": "b"}]}},
    }
    graph = read_plan(json.dumps(document).encode(), "plan.json").graph
    assert graph is not None
    assert {address: (each.attributes, each.certain) for address, each in graph.resources.items()} == {
        "aws_x.a": ({}, False)
    }


@pytest.mark.parametrize(("depth", "is_found"), [(30, True), (31, False)])
def test_how_deep_a_plan_is_followed(depth: int, is_found: bool) -> None:  # noqa: FBT001 - a row of the table
    """Modules in modules, each given its variable by the one around it."""
    calls: dict[str, Any] = {"a": {"expressions": {"v": {"references": ["aws_x.a.id"]}}}}
    inside = calls["a"]
    for _ in range(depth - 1):
        inside["module"] = {"module_calls": {"a": {"expressions": {"v": {"references": ["var.v"]}}}}}
        inside = inside["module"]["module_calls"]["a"]
    scope = Scope(".".join(["module.a"] * depth))
    found = filler("aws_x.a", modules=calls).configuration.trace(["var.v"], scope)
    assert (found.refs == (Ref("aws_x.a", "id"),)) is is_found


@pytest.mark.parametrize(("depth", "is_found"), [(30, True), (31, False)])
def test_how_deep_an_expression_is_looked_into(depth: int, is_found: bool) -> None:  # noqa: FBT001 - a row of the table
    expression: Any = {"references": ["aws_x.a.id"]}
    for _ in range(depth):
        expression = {"inner": expression}
    calls = {"a": {"expressions": {"v": expression}}}
    found = filler("aws_x.a", modules=calls).configuration.trace(["var.v"], Scope("module.a"))
    assert (found.refs == (Ref("aws_x.a", "id"),)) is is_found


@pytest.mark.parametrize(("depth", "innermost"), [(20, 1), (21, Expr("not known"))])
def test_how_deep_blocks_that_are_not_planned_are_read(depth: int, innermost: Value) -> None:
    source: Any = {"constant_value": 1}
    for _ in range(depth):
        source = [{"b": source}]
    value: Any = filler().uncertain({"b": source})
    while not isinstance(value, Expr | int):
        value = value["b"] if isinstance(value, dict) else value[0]
    assert value == innermost


@pytest.mark.parametrize(("count", "is_hidden"), [(2000, False), (2001, True)])
def test_how_many_references_are_followed(count: int, is_hidden: bool) -> None:  # noqa: FBT001 - a row of the table
    assert filler("aws_x.a").configuration.trace(["aws_x.a"] * count, Scope()).hidden is is_hidden


def test_references_are_followed_within_a_number_of_steps() -> None:
    found = {address: instance(address) for address in ("aws_x.a", "aws_x.b")}
    both = (Ref("aws_x.a"), Ref("aws_x.b"))
    assert Configuration({}, found, {}, 3).trace(["aws_x.a", "aws_x.b"], Scope()) == Trace(both)
    assert Configuration({}, found, {}, 2).trace(["aws_x.a", "aws_x.b"], Scope()) == Trace(both[:1], hidden=True)


@pytest.mark.parametrize("is_sensitive", [True, False])
def test_a_sensitive_variable_is_no_setting_of_a_provider(is_sensitive: bool) -> None:  # noqa: FBT001 - a row of the table
    expressions = {"region": {"references": ["var.r"]}}
    document = {
        "provider_config": {"aws": {"name": "aws", "expressions": expressions}},
        "root_module": {"variables": {"r": {"sensitive": is_sensitive}}},
    }
    found = Configuration(document, {}, {"r": {"value": "eu-west-1"}}).providers()
    assert list(found) == [{} if is_sensitive else {"region": "eu-west-1"}]
