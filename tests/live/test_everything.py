"""What the reference stack has not, with the real Terraform: taken over again, renamed key by key, and cleaned up."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from stage3c.aws.kinds import kind_of
from stage3c.pipeline import compile_spec

from tests import terraform
from tests.conftest import ROOT
from tests.emulator import emulator
from tests.live.journey import SPEC, Journey, keys_of
from tests.live.test_cleanup import told_twice

EVERYTHING = ROOT / "tests" / "live" / "everything.yaml"
STACK = "depot-prod"
NEW_KEYS = {
    "web": "shop",
    "orders-api": "cart-api",
    "orders": "ledger",
    "rates": "prices",
    "public": "front",
    "schema": "tables",
}
HOLD_DATA = {
    "aws_cloudwatch_log_group",
    "aws_db_instance",
    "aws_ecr_repository",
    "aws_s3_bucket",
    "aws_secretsmanager_secret",
}


@pytest.fixture
def journey(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Journey]:
    terraform.needs_terraform()
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    with emulator() as aws:
        aws.client("route53").create_hosted_zone(Name="depot.example", CallerReference="one")
        yield Journey(aws, tmp_path / "out", EVERYTHING)


def test_the_two_journeys_have_every_type_that_is_emitted() -> None:
    types = types_of(SPEC) | types_of(EVERYTHING)
    emitted = {
        kind
        for path in (ROOT / "generated").glob("*/main.tf.json")
        for kind in json.loads(path.read_text(encoding="utf-8"))["resource"]
    }
    assert emitted - types <= {"aws_dynamodb_table", "aws_s3_bucket_versioning"}, "those are of the place of the state"


def types_of(spec: Path) -> set[str]:
    (build,) = compile_spec(spec.read_bytes(), str(spec)).builds
    assert build.graph
    return {each.type for each in build.graph.resources.values() if each.mode == "resource"}


@pytest.mark.slow
@pytest.mark.xdist_group("everything")
def test_a_stack_of_all_the_rest_is_taken_over_renamed_and_cleaned_up(journey: Journey, tmp_path: Path) -> None:
    journey.place_of_the_state()
    journey.write()
    journey.apply()
    plans_nothing_where_containers_were_one_text(journey)
    redeploys_what_was_started_with_a_secret_that_changes(journey)
    is_taken_over_after_its_state_was_lost(journey)
    renamed = Journey(journey.aws, journey.out, tmp_path / EVERYTHING.name)
    loses_nothing_by_a_rename(renamed)
    builds_anew(journey)
    is_cleaned_up_once_it_is_out_of_use(journey)


def plans_nothing_where_containers_were_one_text(journey: Journey) -> None:
    """Up to version 0.1.0 container definitions were written as one text of JSON, and a new form replaces nothing."""
    path = journey.stack / "main.tf.json"
    new = path.read_text(encoding="utf-8")
    document = json.loads(new)
    for name, containers in document.pop("locals").items():
        old = re.sub(
            r"\$\{tostring\(([^{}]*)\)\}", r"${\1}", json.dumps(containers, separators=(",", ":"), sort_keys=True)
        )
        assert "tostring" not in old
        document["resource"]["aws_ecs_task_definition"][name.removeprefix("containers_")]["container_definitions"] = old
    path.write_text(json.dumps(document), encoding="utf-8")
    journey.apply()
    path.write_text(new, encoding="utf-8")
    assert "No changes" in journey.terraform(journey.stack, "plan", "-input=false")


def redeploys_what_was_started_with_a_secret_that_changes(journey: Journey) -> None:
    deployments = {name: deployment(journey, name) for name in ("web", "orders-api")}
    journey.aws.client("secretsmanager").put_secret_value(SecretId="depot/prod/signing", SecretString="x" * 32)
    assert deployment(journey, "web") != deployments["web"]
    assert deployment(journey, "orders-api") == deployments["orders-api"]


def deployment(journey: Journey, service: str) -> str:
    told = journey.aws.client("ecs").describe_services(cluster=STACK, services=[f"{STACK}-{service}"])
    identity: str = next(each["id"] for each in told["services"][0]["deployments"] if each["status"] == "PRIMARY")
    return identity


def passwords(journey: Journey) -> dict[str, str]:
    client = journey.aws.client("secretsmanager")
    names = (each["Name"] for each in client.list_secrets()["SecretList"])
    return {name: client.get_secret_value(SecretId=name)["SecretString"] for name in names if name.endswith("/orders")}


def is_taken_over_after_its_state_was_lost(journey: Journey) -> None:
    before, secret = journey.inventory(), passwords(journey)
    journey.lose_the_state()
    journey.forget_the_digest()
    steps = journey.live("adopt", "--out", journey.out)["steps"]
    assert set(Counter(step["outcome"] for step in steps)) == {"import", "create"}
    created = {step["address"] for step in steps if step["outcome"] == "create"}
    assert created == {"aws_acm_certificate_validation.public", "aws_secretsmanager_secret_version.orders"}
    for address, change in journey.changed().items():
        kind = address.split(".")[0]
        made = bool(kind_of(kind).not_imported or kind_of(kind).stored_again)
        assert change["actions"] == (["create"] if made else ["update"]), address
        assert address in created or keys_of(change) <= set(kind_of(kind).not_read), address
    journey.apply()
    assert {name for name, found in journey.inventory().items() if before[name] != found} == created - {
        "aws_acm_certificate_validation.public"
    }
    assert len(secret) == 1
    assert passwords(journey) == secret, "the password in force is the one that was"
    assert not any(json.loads(text)["password"] in journey.texts() for text in secret.values())
    assert journey.live("adopt", "--out", journey.out)["steps"] == []
    assert not list(journey.stack.glob("imports*.tf")), "they have done their work"


def loses_nothing_by_a_rename(journey: Journey) -> None:
    """A key that is renamed says so in the spec; where it does not, all that would go is announced."""
    journey.spec.write_text(with_new_keys(formerly=False), encoding="utf-8")
    assert "STA112" in journey.stage3c("build", code=1), "the database would be lost"
    builds_anew(journey)
    gone = told(journey, 1)
    assert {"destroy"} == {gone[name] for name in ("aws_db_instance.orders", "aws_s3_bucket.logs_public")}
    assert destroyed(journey) <= set(gone)

    replaced = told(journey, 1, *(f"--renamed={old}={new}" for old, new in NEW_KEYS.items()))
    assert replaced["aws_db_instance.ledger"] == "rename"
    assert "destroy" not in replaced.values()
    lost = {address for address in destroyed(journey) if address.split(".")[0] in HOLD_DATA}
    assert lost
    assert {replaced[address] for address in lost} == {"replace"}

    journey.spec.write_text(with_new_keys(formerly=True), encoding="utf-8")
    builds_anew(journey)
    assert set(told(journey, 0).values()) == {"move"}
    differences = journey.changed()
    assert {address: each["actions"] for address, each in differences.items()} == {
        "aws_cloudwatch_dashboard.main": ["update"]  # it has the keys as titles
    }
    (journey.stack / "imports.tf").unlink()


def builds_anew(journey: Journey) -> None:
    """As if nothing had been built before, so that no change is refused."""
    (journey.stack / "main.tf.json").unlink()
    journey.stage3c("build")


def with_new_keys(*, formerly: bool) -> str:
    text = EVERYTHING.read_text(encoding="utf-8")
    for old, new in NEW_KEYS.items():
        said = f"formerly: {old}" if formerly else ""
        text = re.sub(rf"^  {old}:\n", f"  {new}:\n" + (f"    {said}\n" if said else ""), text, flags=re.MULTILINE)
        text = re.sub(
            rf"^  {old}: {{(?!cidrs|default)", f"  {new}: {{" + (f"{said}, " if said else ""), text, flags=re.MULTILINE
        )
        text = re.sub(
            rf"(load_balancer: (?:{{name: )?|like: |uses: \[|touches: \[|_[A-Z]+: ){old}\b(?!-)", rf"\g<1>{new}", text
        )
    return text


def told(journey: Journey, code: int, *more: str) -> dict[str, str]:
    steps = journey.live("adopt", "--out", journey.out, *more, code=code)["steps"]
    return {step["address"]: step["outcome"] for step in steps}


def destroyed(journey: Journey) -> set[str]:
    """What the plan destroys; a new revision of a task definition destroys nothing where `skip_destroy` keeps the old one."""
    return {
        address
        for address, change in journey.changed().items()
        if "delete" in change["actions"] and not keeps_its_revision(address, change)
    }


def keeps_its_revision(address: str, change: dict[str, Any]) -> bool:
    is_replaced = address.startswith("aws_ecs_task_definition.") and "create" in change["actions"]
    return is_replaced and change["before"]["skip_destroy"] is True


def is_cleaned_up_once_it_is_out_of_use(journey: Journey) -> None:
    """Nothing that is another stack's either, be its name the beginning of this one's or this one's the beginning of its."""
    others = {name: of_another_stack(journey, name) for name in ("depot", "depot-prod-2")}
    bucket = "depot-prod-us-east-1-public-logs-123456789012"
    journey.aws.client("s3").put_object(Bucket=bucket, Key="one", Body=b"x")
    known = journey.terraform(journey.stack, "state", "list").split()
    journey.terraform(journey.stack, "state", "rm", *(each for each in known if each.startswith("aws_")))
    assert all(each["stays"] for each in journey.live("cleanup")["left"]), "it serves, and holds data"
    is_taken_out_of_service(journey)
    lose_their_data(journey, bucket)
    done = told_twice(journey.aws, STACK, EVERYTHING)
    assert done.returncode == 0, done.stderr
    assert journey.live("cleanup")["left"] == []
    assert {name: is_still_there(journey, things) for name, things in others.items()} == dict.fromkeys(others, True)


def is_taken_out_of_service(journey: Journey) -> None:
    """As an operator does it: no task, and no DNS record that leads to the load balancer."""
    ecs, route53 = journey.aws.client("ecs"), journey.aws.client("route53")
    (cluster,) = ecs.list_clusters()["clusterArns"]
    for service in ecs.list_services(cluster=cluster)["serviceArns"]:
        ecs.update_service(cluster=cluster, service=service, desiredCount=0)
        # the emulated account stops tasks as it is asked about them
        assert any(tasks_of(ecs, cluster, service) == 0 for _ in range(20)), f"{service} still has tasks"
    (zone,) = (each["Id"] for each in route53.list_hosted_zones()["HostedZones"])
    records = route53.list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]
    changes = [{"Action": "DELETE", "ResourceRecordSet": each} for each in records if "AliasTarget" in each]
    assert changes
    route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": changes})


def tasks_of(ecs: Any, cluster: str, service: str) -> int:
    (told,) = ecs.describe_services(cluster=cluster, services=[service])["services"]
    return int(told["runningCount"] + told["pendingCount"])


def lose_their_data(journey: Journey, bucket: str) -> None:
    rds, logs, secrets, s3, sns = (journey.aws.client(each) for each in ("rds", "logs", "secretsmanager", "s3", "sns"))
    for database in rds.describe_db_instances()["DBInstances"]:
        name = database["DBInstanceIdentifier"]
        rds.modify_db_instance(DBInstanceIdentifier=name, DeletionProtection=False)
        rds.delete_db_instance(DBInstanceIdentifier=name, SkipFinalSnapshot=True)
    for secret in secrets.list_secrets(Filters=[{"Key": "name", "Values": ["depot/prod/"]}])["SecretList"]:
        secrets.delete_secret(SecretId=secret["ARN"])
    for version in s3.list_object_versions(Bucket=bucket)["Versions"]:
        s3.delete_object(Bucket=bucket, Key=version["Key"], VersionId=version["VersionId"])
    for each in sns.list_subscriptions()["Subscriptions"]:
        sns.unsubscribe(SubscriptionArn=each["SubscriptionArn"])
    for group in logs.describe_log_groups(logGroupNamePrefix="/ecs/depot/")["logGroups"]:
        for stream in logs.describe_log_streams(logGroupName=group["logGroupName"])["logStreams"]:
            logs.delete_log_stream(logGroupName=group["logGroupName"], logStreamName=stream["logStreamName"])


def of_another_stack(journey: Journey, name: str) -> dict[str, str]:
    tags = [{"Key": "Stack", "Value": name}]
    ec2, logs, secrets = (journey.aws.client(service) for service in ("ec2", "logs", "secretsmanager"))
    vpc = ec2.create_vpc(CidrBlock="10.99.0.0/16")["Vpc"]["VpcId"]
    ec2.create_tags(Resources=[vpc], Tags=tags)
    logs.create_log_group(logGroupName=f"/ecs/{name}/web", tags={"Stack": name})
    secret = secrets.create_secret(Name=f"{name}/signing", SecretString="x", Tags=tags)["ARN"]
    return {"vpc": vpc, "logs": f"/ecs/{name}/web", "secret": secret}


def is_still_there(journey: Journey, things: dict[str, str]) -> bool:
    ec2, logs, secrets = (journey.aws.client(service) for service in ("ec2", "logs", "secretsmanager"))
    groups: list[Any] = logs.describe_log_groups(logGroupNamePrefix=things["logs"])["logGroups"]
    deleted = secrets.describe_secret(SecretId=things["secret"]).get("DeletedDate")
    return bool(ec2.describe_vpcs(VpcIds=[things["vpc"]])["Vpcs"] and groups and not deleted)
