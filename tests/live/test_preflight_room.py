"""What may stand in the way of a stack in an account that is not its own: each situation is made in an emulated one."""

import json
import urllib.request
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from compiler.facts import load
from compiler.live.checks import certificates, database_offers, permissions, quotas
from compiler.live.preflight import judge
from tests.emulator import run_command
from tests.live.looking import BUCKET, KEY, NAME, SPEC, ZONE, Looking, written
from tests.resources.stacks import reference

pytestmark = pytest.mark.slow
DEPLOYER = "arn:aws:iam::123456789012:user/deployer"
MINE = "agentic-aws/stage3v3"


def changed(folder: Path, **over: Any) -> Path:
    return written(folder, {**SPEC, **over})


def user(account: Looking, *statements: dict[str, Any]) -> dict[str, str]:
    """Credentials of somebody who may do this, and whose calls are not held against it, but simulated."""
    iam = account.aws.client("iam")
    iam.create_user(UserName="deployer")
    policy = {"Version": "2012-10-17", "Statement": statements}
    iam.put_user_policy(UserName="deployer", PolicyName="all", PolicyDocument=json.dumps(policy))
    key = iam.create_access_key(UserName="deployer")["AccessKey"]
    return {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}


def rows_as(account: Looking, spec: Path, credentials: dict[str, str]) -> list[dict[str, str]]:
    more = ("--format", "json", "--resolver", account.dns.address)
    done = run_command("preflight", spec, *more, aws=account.aws, credentials=credentials)
    told: list[dict[str, str]] = json.loads(done.stdout)["rows"]
    assert credentials["AWS_SECRET_ACCESS_KEY"] not in done.stdout + done.stderr
    return told


def test_a_caller_who_may_do_everything_but_one_thing_is_told_of_it(account: Looking, spec: Path) -> None:
    account.make_clean()
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    late = {"Effect": "Deny", "Action": "ecs:ListServiceDeployments", "Resource": "*"}
    later = {"Effect": "Deny", "Action": "rds:DeleteDBInstance", "Resource": "*"}
    told = [row for row in rows_as(account, spec, user(account, everything, late, later)) if row["id"] == "PRE110"]
    assert [(row["outcome"], row["cause"]) for row in told] == [
        (
            "error",
            f"{DEPLOYER} may not do ecs:ListServiceDeployments: a policy denies it.",
        ),
        (
            "warning",
            f"{DEPLOYER} may not do rds:DeleteDBInstance, which later changes need: a policy denies it.",
        ),
    ]
    statement = json.loads(told[0]["fix"].partition(": ")[2])
    assert statement["Action"] == ["ecs:ListServiceDeployments"]
    service = "arn:aws:ecs:us-east-1:123456789012:service/agentic-aws-stage3v3/agentic-aws-stage3v3"
    assert statement["Resource"] == [f"{service}-fastapi", f"{service}-nodejs"]


def test_what_the_fixes_say_is_all_that_a_caller_needs(account: Looking, spec: Path) -> None:
    account.make_clean()
    credentials = user(account, {"Effect": "Allow", "Action": "sts:GetCallerIdentity", "Resource": "*"})
    told = [row for row in rows_as(account, spec, credentials) if row["id"] == "PRE110"]
    assert len(told) > 10
    policy = {"Version": "2012-10-17", "Statement": [json.loads(row["fix"].partition(": ")[2]) for row in told]}
    arguments = {"UserName": "deployer", "PolicyName": "all", "PolicyDocument": json.dumps(policy)}
    account.aws.client("iam").put_user_policy(**arguments)
    assert [row["outcome"] for row in rows_as(account, spec, credentials) if row["id"] == "PRE110"] == ["ok"]


def test_the_session_of_a_role_has_the_permissions_of_the_role(account: Looking, spec: Path) -> None:
    account.make_clean()
    iam = account.aws.client("iam")
    iam.create_role(RoleName="ci", Path="/teams/", AssumeRolePolicyDocument="{}")
    statement = {"Effect": "Allow", "NotAction": "elasticloadbalancing:*", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_role_policy(RoleName="ci", PolicyName="most", PolicyDocument=policy)
    asked = {"RoleArn": "arn:aws:iam::123456789012:role/teams/ci", "RoleSessionName": "build"}
    key = account.aws.client("sts").assume_role(**asked)["Credentials"]
    names = {"AccessKeyId": "ACCESS_KEY_ID", "SecretAccessKey": "SECRET_ACCESS_KEY", "SessionToken": "SESSION_TOKEN"}
    told = rows_as(account, spec, {f"AWS_{name}": key[part] for part, name in names.items()})
    causes = [row["cause"] for row in told if row["id"] == "PRE110"]
    assert causes
    assert all("role/teams/ci may not do elasticloadbalancing:" in cause for cause in causes)


def test_a_quota_that_is_used_up_and_one_that_full_scale_exceeds(account: Looking, spec: Path) -> None:
    account.make_clean()
    ec2 = account.aws.client("ec2")
    for number in range(4):  # with the default one, five
        ec2.create_vpc(CidrBlock=f"10.{number + 20}.0.0/16")
        ec2.allocate_address(Domain="vpc")
    usage = {**quotas.USAGE, "Value": 8.0, "Timestamp": datetime.now(UTC)}
    metric = {name: usage[name] for name in ("MetricName", "Dimensions", "Value", "Timestamp")}
    account.aws.client("cloudwatch").put_metric_data(Namespace="AWS/Usage", MetricData=[metric])
    assert account.rows(spec)["PRE111"] == [
        "5 of 5 VPCs are in use in us-east-1, and the apply adds 1.",
        "at full scale the services need 10 vCPUs of Fargate, and the quota is 16, of which others use 8.",
    ]
    ec2.allocate_address(Domain="vpc")
    told = account.preflight(spec).stdout
    assert "5 of 5 elastic addresses are in use" in told
    assert "request-service-quota-increase --service-code ec2 --quota-code L-0263D0A3 --desired-value 6" in told


def test_nat_gateways_are_counted_by_zone(account: Looking, spec: Path) -> None:
    account.make_clean()
    ec2 = account.aws.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.20.0.0/16")["Vpc"]["VpcId"]
    for zone, block, number in (("us-east-1a", "10.20.0.0/24", 5), ("us-east-1b", "10.20.1.0/24", 4)):
        subnet = ec2.create_subnet(VpcId=vpc, CidrBlock=block, AvailabilityZone=zone)["Subnet"]["SubnetId"]
        for _ in range(number):
            ec2.create_nat_gateway(SubnetId=subnet, ConnectivityType="private")
    assert account.rows(spec)["PRE111"] == [
        "5 of 5 NAT gateways in one zone are in use in us-east-1a, and the apply adds 1."
    ]


def test_ranges_that_overlap_others_and_their_peers(account: Looking, spec: Path) -> None:
    account.make_clean()
    ec2 = account.aws.client("ec2")
    near = ec2.create_vpc(CidrBlock="10.1.128.0/17")["Vpc"]["VpcId"]
    ec2.create_tags(Resources=[near], Tags=[{"Key": "Name", "Value": "data"}])
    hub, far = (ec2.create_vpc(CidrBlock=block)["Vpc"]["VpcId"] for block in ("10.9.0.0/16", "10.1.64.0/18"))
    peering = ec2.create_vpc_peering_connection(VpcId=hub, PeerVpcId=far)["VpcPeeringConnection"]
    ec2.accept_vpc_peering_connection(VpcPeeringConnectionId=peering["VpcPeeringConnectionId"])
    ours = ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    ec2.create_tags(Resources=[ours], Tags=[{"Key": "Stack", "Value": "agentic-aws-stage3v3"}])
    assert account.rows(spec)["PRE112"] == [
        f"network.cidr 10.1.0.0/16 overlaps 10.1.128.0/17 of VPC {near} (data): the two can never be joined.",
        f"network.cidr 10.1.0.0/16 overlaps 10.1.64.0/18 of VPC {far}: the two can never be joined.",
        f"network.cidr 10.1.0.0/16 overlaps 10.1.64.0/18 of peer {far} of account 123456789012: the two can never be joined.",
    ]


def test_a_zone_that_nobody_or_somebody_else_delegates(account: Looking, spec: Path) -> None:
    account.make_clean()
    given = account.dns.zones.pop(ZONE)
    assert "knows no name servers of it" in account.rows(spec)["PRE113"][0]
    account.dns.zones[ZONE] = ["ns1.elsewhere.example", "ns2.elsewhere.example"]
    assert "leads to ns1.elsewhere.example, ns2.elsewhere.example" in account.rows(spec)["PRE113"][0]
    account.dns.zones[ZONE] = [*given[:2], "ns1.elsewhere.example"]
    done = account.preflight(spec)
    assert done.returncode == 0
    assert "warning  PRE113" in done.stdout
    assert all(name in done.stdout for name in given)


def test_a_resolver_that_fails_or_is_none_costs_one_row(account: Looking, spec: Path) -> None:
    account.make_clean()
    account.dns.zones[ZONE] = []
    assert "fails at" in account.rows(spec)["PRE113"][0]
    done = run_command("preflight", spec, aws=account.aws)
    assert done.returncode == 0
    assert "unknown  PRE113" in done.stdout
    for wrong in ("nowhere", "127.0.0.1:x", "1.2.3", "::g"):
        done = run_command("preflight", spec, "--resolver", wrong, aws=account.aws)
        assert done.returncode == 2
        assert "is no IP address" in done.stderr


@pytest.mark.parametrize("kind", ["A", "CNAME"])
def test_a_record_that_somebody_else_has_made(account: Looking, spec: Path, kind: str) -> None:
    account.make_clean()
    route53 = account.aws.client("route53")
    zone = route53.list_hosted_zones()["HostedZones"][0]["Id"]
    value = {"A": "192.0.2.1", "CNAME": "elsewhere.example"}[kind]
    for name in (NAME, f"a.{NAME}", ZONE):
        record = {"Name": name, "Type": kind, "TTL": 60, "ResourceRecords": [{"Value": value}]}
        change = {"Changes": [{"Action": "CREATE", "ResourceRecordSet": record}]}
        route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch=change)
    (cause,) = account.rows(spec)["PRE114"]
    assert cause.startswith(f"record {NAME} {kind} exists, and the state does not know it")
    resource = {"mode": "managed", "type": "aws_route53_record", "name": "public_1", "instances": [{"attributes": {}}]}
    body = json.dumps({"version": 4, "resources": [resource]}).encode()
    account.aws.client("s3").put_object(Bucket=BUCKET, Key=KEY, Body=body)
    assert account.rows(spec)["PRE114"] == ["ok"]


def test_a_caa_record_that_forgets_amazon(account: Looking, spec: Path) -> None:
    account.make_clean()
    route53 = account.aws.client("route53")
    zone = route53.list_hosted_zones()["HostedZones"][0]["Id"]

    def say(*values: str) -> None:
        record = {"Name": ZONE, "Type": "CAA", "TTL": 60, "ResourceRecords": [{"Value": value} for value in values]}
        change = {"Changes": [{"Action": "UPSERT", "ResourceRecordSet": record}]}
        route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch=change)

    say('0 issue "letsencrypt.org"', '0 iodef "mailto:a@example.com"')
    assert account.rows(spec)["PRE115"] == [
        f"the CAA records let only letsencrypt.org issue certificates for {NAME}, so ACM's request fails."
    ]
    say('0 issue "letsencrypt.org"', '0 issue "amazon.com"')
    assert account.rows(spec)["PRE115"] == ["ok"]


def test_a_certificate_that_exists_is_looked_at(account: Looking, tmp_path: Path) -> None:
    account.make_clean()
    acm = account.aws.client("acm")
    arn = acm.request_certificate(DomainName="*.elsewhere.example", ValidationMethod="DNS")["CertificateArn"]
    public = {**SPEC["load_balancers"]["public"], "https": {"certificate": arn}}
    spec = changed(tmp_path, load_balancers={**SPEC["load_balancers"], "public": public})
    causes = account.rows(spec)["PRE115"]
    assert any(cause.endswith(f"is for *.elsewhere.example, not for {NAME}.") for cause in causes)
    acm.delete_certificate(CertificateArn=arn)
    assert account.rows(spec)["PRE115"] == [f"there is no certificate {arn}."]


def test_a_database_in_a_zone_that_does_not_offer_it(account: Looking, tmp_path: Path) -> None:
    account.make_clean()
    zones = ["us-east-1a", "us-east-1e"]
    spec = changed(tmp_path, network={**SPEC["network"], "zones": zones})
    (cause,) = account.rows(spec)["PRE116"]
    assert cause.startswith("RDS does not offer db.t3.medium for PostgreSQL 15.13 in us-east-1e")
    major = {"main": {**SPEC["databases"]["main"], "version": "15"}}
    assert account.rows(changed(tmp_path, databases=major))["PRE116"] == ["ok"]


def test_a_zone_that_the_account_does_not_have(account: Looking, spec: Path) -> None:
    account.make_clean()
    answers = {"PRE118": {"answer": ["us-east-1b", "us-east-1c"]}}
    assert [row.cause for row in judge(reference(), answers) if row.check.id == "PRE118"] == [
        "the account has no zone us-east-1a; those of us-east-1 are us-east-1b, us-east-1c."
    ]
    assert account.rows(spec)["PRE118"] == ["ok"]


def test_an_account_in_which_nothing_has_ever_run_lacks_the_roles_of_services(account: Looking, spec: Path) -> None:
    account.make_clean()
    iam = account.aws.client("iam")
    iam.delete_role(RoleName="AWSServiceRoleForecs")
    done = account.preflight(spec)
    assert done.returncode == 0
    assert "warning  PRE117" in done.stdout
    assert "aws iam create-service-linked-role --aws-service-name ecs.amazonaws.com" in done.stdout


def test_a_bucket_that_is_open(account: Looking, spec: Path) -> None:
    account.make_clean()
    account.aws.client("s3").delete_public_access_block(Bucket=BUCKET)
    done = account.preflight(spec)
    assert done.returncode == 0
    assert "warning  PRE102" in done.stdout


@pytest.mark.parametrize("shape", ["index", "single"])
@pytest.mark.parametrize(
    ("built_for", "says"), [("amd64", None), ("arm64", "is for arm64, and service nodejs runs on amd64")]
)
def test_an_image_for_another_processor(
    account: Looking, spec: Path, shape: str, built_for: str, says: str | None
) -> None:
    account.make_clean()
    for service in ("nodejs", "fastapi"):
        account.aws.client("ecr").create_repository(repositoryName=f"{MINE}/{service}")
        account.aws.client("ecr").put_image(
            repositoryName=f"{MINE}/{service}", imageManifest=manifest(account, shape, built_for), imageTag="v1"
        )
    causes = account.rows(spec)["PRE108"]
    assert causes == ["ok"] if says is None else any(says in cause for cause in causes)


def manifest(account: Looking, shape: str, built_for: str) -> str:
    """An image as buildx pushes it, with its attestation, or as docker push does, with its configuration in the registry."""
    if shape == "index":
        platforms = ({"os": "linux", "architecture": built_for}, {"os": "unknown", "architecture": "unknown"})
        listed = [{"digest": f"sha256:{number}", "platform": each} for number, each in enumerate(platforms)]
        return json.dumps({"mediaType": "application/vnd.oci.image.index.v1+json", "manifests": listed})
    s3 = account.aws.client("s3")
    s3.create_bucket(Bucket="ecr-layers", ACL="public-read")
    s3.put_object(Bucket="ecr-layers", Key="sha256:c0", Body=json.dumps({"architecture": built_for}).encode())
    config = {"digest": "sha256:c0", "mediaType": "application/vnd.oci.image.config.v1+json"}
    return json.dumps({"mediaType": "application/vnd.oci.image.manifest.v1+json", "config": config, "layers": []})


QUOTAS = {quota["code"]: {"limit": 5000.0, "used": {"": 0}} for quota in load("account_quotas")["quotas"]}


@pytest.mark.parametrize(
    ("module", "answer"),
    [
        (
            permissions,
            {"caller": "arn:aws:iam::1:user/a", "denied": [{"action": "ec2:CreateVpc", "resource": "*", "why": "x"}]},
        ),
        (certificates, {"existing": {}, "caa": {NAME: ['0 issue ";"']}, "today": "2026-11-26"}),
        (database_offers, {"main db.t3.medium": []}),
        (
            quotas,
            {"known": [], "quotas": {**QUOTAS, "L-F678F1CE": {"unknown": "GetServiceQuota was answered AccessDenied"}}},
        ),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_saved_answers_are_judged_alike(module: Any, answer: object) -> None:
    (problem,) = module.judge(reference(), answer)
    assert problem.cause.endswith(".")
    assert problem.fix


def test_look_ups_that_the_caller_may_not_make_cost_their_rows_alone(account: Looking, spec: Path) -> None:
    account.make_clean()
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    closed = ["rds:*", "iam:ListRoles", "iam:SimulatePrincipalPolicy", "acm:*"]
    credentials = user(account, everything, {"Effect": "Deny", "Action": closed, "Resource": "*"})
    hold_against(account, "0")
    try:
        told = rows_as(account, spec, credentials)
    finally:
        hold_against(account, "inf")
    of_route_53 = {"PRE105", "PRE113", "PRE114", "PRE115"}  # whose actions moto does not know when it refuses
    judged = [row for row in told if row["id"] not in of_route_53]
    unknown = {row["id"]: row["cause"] for row in judged if row["outcome"] == "unknown"}
    assert set(unknown) == {"PRE107", "PRE110", "PRE111", "PRE116", "PRE117"}
    assert unknown["PRE107"].startswith("whether names of aws_db_instance, aws_db_parameter_group")
    assert unknown["PRE117"] == "ListRoles was answered AccessDenied."
    assert "how many DB instances are left is not known" in unknown["PRE111"]
    assert {row["outcome"] for row in judged if row["id"] not in unknown} == {"ok"}


def hold_against(account: Looking, calls_before: str) -> None:
    """Have the emulator refuse what the caller's policies do not allow, after so many calls; `inf` for never."""
    url = f"{account.aws.url}/moto-api/reset-auth"
    plain = {"Content-Type": "text/plain"}
    request = urllib.request.Request(url, data=calls_before.encode(), headers=plain, method="POST")  # noqa: S310 - loopback
    urllib.request.urlopen(request, timeout=30).close()  # noqa: S310 - likewise
