"""Breaks in the resources of a stack, as if no rule had been there: Terraform, AWS or ECS refuses them."""

import json
from collections.abc import Callable
from functools import partial
from typing import Any

from tests.rehearsal.breaks.kept import Kept
from tests.rehearsal.breaks.table import Break, Undo, cause

Resources = dict[str, dict[str, Any]]
Change = Callable[[Resources], object]
CLUSTER, FAMILY, VPC = "${aws_ecs_cluster.main.id}", "agentic-aws-stage3v3-extra", "${aws_vpc.main.id}"


def terraform(change: Change) -> Callable[[Kept], Undo]:
    """Change the resources in the Terraform of the stack."""

    def make(kept: Kept) -> Undo:
        before = kept.document.read_text(encoding="utf-8")
        document = json.loads(before)
        change(document["resource"])
        kept.document.write_text(json.dumps(document), encoding="utf-8")

        def undo() -> None:
            kept.document.write_text(before, encoding="utf-8")
            kept.restore()

        return undo

    return make


def put(kind: str, **arguments: Any) -> Change:
    """One more resource of a type, `extra`."""
    return lambda resources: resources.setdefault(kind, {}).update(extra=arguments)


def copied(kind: str, like: str, /, **arguments: Any) -> Change:
    """One more resource, `extra`, that is like another one but for some arguments; those that are None are left out."""

    def change(resources: Resources) -> None:
        made = json.loads(json.dumps({**resources[kind][like], **arguments}))
        resources[kind]["extra"] = {key: value for key, value in made.items() if value is not None}

    return change


def without(kind: str, *names: str) -> Change:
    """Remove resources, and what waits for them."""

    def change(resources: Resources) -> None:
        for name in names:
            del resources[kind][name]
        gone = {f"{kind}.{name}" for name in names}
        for resource in (each for group in resources.values() for each in group.values()):
            if "depends_on" in resource:
                resource["depends_on"] = [each for each in resource["depends_on"] if each not in gone]

    return change


def each_of(*changes: Change) -> Change:
    def change(resources: Resources) -> None:
        for one in changes:
            one(resources)

    return change


def named(kind: str, resource: str, name: str) -> Change:
    return lambda resources: resources[kind][resource].update(name=name)


group = partial(copied, "aws_lb_target_group", "fastapi", name="extra")
definition = partial(copied, "aws_ecs_task_definition", "fastapi", family=FAMILY)
service = partial(copied, "aws_ecs_service", "fastapi", name="extra")
database = partial(
    copied,
    "aws_db_instance",
    "main",
    identifier="extra",
    final_snapshot_identifier="extra",
    enabled_cloudwatch_logs_exports=None,
)
BEHIND = [{"container_name": "fastapi", "container_port": 8000, "target_group_arn": "${aws_lb_target_group.extra.arn}"}]
REDIRECT = [{"type": "redirect", "redirect": [{"status_code": "HTTP_301", "port": "443", "protocol": "HTTPS"}]}]
FORWARD = [{"type": "forward", "target_group_arn": "${aws_lb_target_group.extra.arn}"}]
WAITS = ["aws_lb_listener.extra"]
listener = partial(copied, "aws_lb_listener", "internal_http", port=81)


def container(**told: Any) -> Change:
    """One more task definition, with a container of its own."""
    return definition(container_definitions=json.dumps([{"name": "extra", "image": "busybox", **told}]))


SECRET = {"name": "KEY", "valueFrom": "arn:aws:secretsmanager:us-east-1:123456789012:secret:key-AbCdEf"}
VARIABLE = {"name": "KEY", "value": "x"}


def firewall(resources: Resources) -> None:
    """A network ACL of the private subnets that lets no answer in."""
    rule = {"rule_no": 100, "action": "allow", "icmp_code": None, "icmp_type": None, "ipv6_cidr_block": None}
    every = {**rule, "protocol": "-1", "from_port": 0, "to_port": 0, "cidr_block": "0.0.0.0/0"}
    inbound = {**rule, "protocol": "tcp", "from_port": 0, "to_port": 1023, "cidr_block": "0.0.0.0/0"}
    subnets = ["${aws_subnet.private_a.id}", "${aws_subnet.private_b.id}"]
    put("aws_network_acl", vpc_id=VPC, subnet_ids=subnets, ingress=[inbound], egress=[every])(resources)


def circle(resources: Resources) -> None:
    """Two security groups whose inline rules name each other."""
    rule: dict[str, Any] = {
        "protocol": "tcp",
        "from_port": 80,
        "to_port": 80,
        "cidr_blocks": None,
        "description": "",
        "self": False,
    }
    rule |= {"ipv6_cidr_blocks": None, "prefix_list_ids": None}
    for one, other in (("one", "two"), ("two", "one")):
        inbound = [{**rule, "security_groups": [f"${{aws_security_group.{other}.id}}"]}]
        resources["aws_security_group"][one] = {"name": one, "vpc_id": VPC, "ingress": inbound}


def rules(resources: Resources) -> None:
    """A security group with 61 rules."""
    for number in range(61):
        told: dict[str, Any] = {"security_group_id": "${aws_security_group.service_fastapi.id}", "ip_protocol": "tcp"}
        told |= {"from_port": 443, "to_port": 443, "cidr_ipv4": f"192.0.2.{number}/32"}
        resources["aws_vpc_security_group_egress_rule"][f"extra_{number}"] = told


def policy() -> dict[str, Any]:
    arns = [
        f"arn:aws:ssm:us-east-1:123456789012:parameter/a-name-that-is-rather-long/{number}" for number in range(100)
    ]
    statement = {"Effect": "Allow", "Action": "ssm:GetParameters", "Resource": arns}
    return {"name": "extra", "policy": json.dumps({"Version": "2012-10-17", "Statement": [statement]})}


def left_over(kind: str, make: str, remove: str, key: str, resource: dict[str, Any]) -> Callable[[Kept], Undo]:
    """Something of an earlier deployment that is in no state, and one more resource of its name."""

    def prepared(kept: Kept) -> Undo:
        more = {"AssumeRolePolicyDocument": resource["assume_role_policy"]} if "assume_role_policy" in resource else {}
        kept.ask(make, **{"Name" if key == "SecretId" else key: resource["name"]}, **more)
        undo = terraform(put(kind, **resource))(kept)

        def removed() -> None:
            undo()
            kept.ask(remove, **{key: resource["name"]})

        return removed

    return prepared


TRUST = json.dumps({"Version": "2012-10-17", "Statement": []})
ROLE = {"name": "agentic-aws-left-over", "assume_role_policy": TRUST}


def other_digest(kept: Kept) -> Undo:
    """Another digest of the state in the lock table."""
    (table,) = kept.ask("dynamodb.list_tables")["TableNames"]
    found = kept.ask("dynamodb.scan", TableName=table)["Items"]
    item = next(each for each in found if each["LockID"]["S"].endswith("-md5") and "stage3v3" in each["LockID"]["S"])
    kept.ask("dynamodb.put_item", TableName=table, Item={**item, "Digest": {"S": "0" * 32}})

    def undo() -> None:
        kept.ask("dynamodb.put_item", TableName=table, Item=item)
        kept.restore()

    return undo


LONG = "agentic-aws-stage3v3-internal-alb"
STOPS = "ECS cannot start a task without this flow"
MANY, BAD = "x" * 55, "with/and@"
ZONES = ["${aws_subnet.public_a.id}", "${aws_subnet.private_a.id}"]
NAT = "aws_route_table_association"


def refused(incident: str, what: str, change: Change, expected: str) -> Break:
    return Break(incident, what, terraform(change), expected, Kept.applied)


RESOURCES = (
    refused("1", "name of a load balancer over 32 characters", named("aws_lb", "internal", LONG),
            cause("name-32")),
    Break("2", "a role of an earlier deployment is in no state",
          left_over("aws_iam_role", "iam.create_role", "iam.delete_role", "RoleName", ROLE),
          f"Cause: {cause('role-exists')} (specs/stage3v3.yaml", Kept.applied),
    refused("3", "private subnets without their route table", without(NAT, "private_a", "private_b"), STOPS),
    refused("inc001",
            "service before any listener of its target group", each_of(group(), service(load_balancer=BEHIND)),
            cause("tg-no-lb")),
    refused("inc005", "target group only behind a redirect",
            each_of(group(), listener(default_action=REDIRECT), service(load_balancer=BEHIND, depends_on=WAITS)),
            cause("tg-no-lb")),
    refused("inc006", "target type instance for a Fargate service",
            each_of(group(target_type="instance", name="extra-by-instance"), listener(default_action=FORWARD),
                    service(load_balancer=BEHIND, depends_on=WAITS)),
            "target type instance, which is incompatible with the awsvpc"),
    refused("inc011", "health check timeout above its interval",
            group(health_check=[{"interval": 10, "timeout": 20, "path": "/ready"}]),
            cause("hc-timeout")),
    refused("inc013", "container port that the task definition does not have",
            each_of(group(), listener(default_action=FORWARD),
                    service(load_balancer=[{**BEHIND[0], "container_port": 80}], depends_on=WAITS)),
            "did not have a container port 80 defined"),
    refused("inc017", "512 CPU with 512 MiB", definition(memory="512"),
            "No Fargate configuration exists for given values"),
    refused("inc021", "container memory above the task's", container(memory=4096), "is greater than for the task"),
    refused("inc025",
            "gp3 of 400 GiB with too few IOPS", database(allocated_storage=400, max_allocated_storage=500, iops=3000),
            cause("rds-iops")),
    refused("inc027", "name of a target group over 32 characters", named("aws_lb_target_group", "fastapi", LONG),
            cause("name-32")),
    refused("inc029", "database identifier of 64 characters", database(identifier=f"database-{MANY}"),
            cause("rds-identifier")),
    refused("inc031", "two roles of one name", copied("aws_iam_role", "fastapi_task"),
            cause("role-exists")),
    refused("inc035", "two services of one name", copied("aws_ecs_service", "fastapi"), "not idempotent"),
    refused("inc037", "user name admin", database(username="admin"), cause("rds-reserved-user")),
    refused("inc039", "user name that starts with pg_", database(username="pg_owner"), cause("rds-reserved-user")),
    Break("inc051", "state whose digest is another", other_digest, cause("state-digest"), Kept.applied),
    Break("inc053", "secret of an earlier deployment is in no state",
          left_over("aws_secretsmanager_secret", "secretsmanager.create_secret", "secretsmanager.delete_secret", "SecretId",
                    {"name": "left-over"}),
          cause("secret-exists"), Kept.applied),
    refused("inc061", "database subnets in one zone", put("aws_db_subnet_group", name="extra", subnet_ids=ZONES),
            "needs subnets in two zones"),
    refused("inc063",
            "load balancer with two subnets in one zone", put("aws_lb", name="extra", internal=True, subnets=ZONES),
            cause("lb-same-zone")),
    refused("inc065", "private subnets without a way out", without("aws_route", "private_default"), STOPS),
    refused("inc067", "network ACL without the ports of answers", firewall, STOPS),
    refused("inc069", "security group without egress",
            without("aws_vpc_security_group_egress_rule", "service_fastapi_to_anywhere_443"), STOPS),
    refused("inc073", "security groups that refer to each other inline", circle,
            cause("cycle")),
    refused("inc075", "overlapping subnets",
            copied("aws_subnet", "public_a", cidr_block="10.1.1.128/25"), cause("subnet-conflict")),
    refused("inc086", "one name for a secret and a variable", container(secrets=[SECRET], environment=[VARIABLE]),
            "secret name must be unique"),
    refused("inc088", "password with characters that RDS refuses",
            database(manage_master_user_password=None, password=BAD), cause("rds-password")),
    refused("inc092", "record that exists already",
            copied("aws_route53_record", "public_alias_stage3v3_a-g-e-n-t-i-c_com", allow_overwrite=False),
            cause("r53-exists")),
    refused("inc097", "policy of more than 6144 characters", put("aws_iam_policy", **policy()),
            cause("policy-size")),
    refused("inc099", "more than 60 rules of a security group", rules,
            cause("sg-rules")),
    refused("inc101", "backup during maintenance", database(maintenance_window="sun:03:00-sun:03:45"),
            cause("rds-windows")),
    refused("inc103", "static parameter applied at once",
            copied("aws_db_parameter_group", "main", name="extra",
                   parameter=[{"name": "max_connections", "value": "400", "apply_method": "immediate"}]),
            cause("rds-static-parameter")),
    refused("inc105", "engine postgresql", database(engine="postgresql"), cause("rds-engine")),
)  # fmt: skip
