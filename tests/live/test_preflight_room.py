"""What may stand in the way of a stack in an account that is not its own: each situation is made in an emulated one."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from stage3c.live.account import Account
from stage3c.live.checks import address_ranges, certificates, database_offers, final_snapshots, quotas
from stage3c.live.preflight import judge
from stage3c.resources.stack import compile_stack

from tests.emulator import run_command
from tests.live.looking import BUCKET, KEY, NAME, SPEC, ZONE, Looking, written
from tests.resources.stacks import reference

pytestmark = pytest.mark.slow
DEPLOYER = "arn:aws:iam::123456789012:user/deployer"
MINE = "agentic-aws/stage3v3"


def changed(folder: Path, **over: Any) -> Path:
    return written(folder, {**SPEC, **over})


def test_a_quota_that_is_used_up_and_one_that_full_scale_exceeds(account: Looking, spec: Path) -> None:
    account.make_clean()
    ec2 = account.aws.client("ec2")
    for number in range(4):  # with the default one, five
        ec2.create_vpc(CidrBlock=f"10.{number + 20}.0.0/16")
        ec2.allocate_address(Domain="vpc")
    usage = {**quotas.USAGE, "Value": 8.0, "Timestamp": datetime.now(UTC) - timedelta(minutes=5)}
    metric = {name: usage[name] for name in ("MetricName", "Dimensions", "Value", "Timestamp")}
    account.aws.client("cloudwatch").put_metric_data(Namespace="AWS/Usage", MetricData=[metric])
    assert sorted(account.rows(spec)["PRE111"]) == [
        "5 of 5 VPCs are in use in us-east-1, and the apply adds 1.",
        "at full scale the services need 10 Fargate vCPUs, and the quota is 16, of which others use 8.",
    ]
    ec2.allocate_address(Domain="vpc")
    told = account.preflight(spec).stdout
    assert "5 of 5 Elastic IP addresses are in use" in told
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


def test_ranges_that_overlap_other_vpcs(account: Looking, spec: Path) -> None:
    account.make_clean()
    ec2 = account.aws.client("ec2")
    near = ec2.create_vpc(CidrBlock="10.1.128.0/17")["Vpc"]["VpcId"]
    ec2.create_tags(Resources=[near], Tags=[{"Key": "Name", "Value": "data"}])
    ec2.create_vpc(CidrBlock="10.9.0.0/16")
    ours = ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    ec2.create_tags(Resources=[ours], Tags=[{"Key": "Stack", "Value": "agentic-aws-stage3v3"}])
    assert account.rows(spec)["PRE112"] == [
        f"network.cidr 10.1.0.0/16 overlaps 10.1.128.0/17 of VPC {near} (data): the two can never be joined."
    ]


class Answers:
    """A client that has these answers, each in one page."""

    def __init__(self, **answers: Any) -> None:
        self.answers = answers

    def __getattr__(self, operation: str) -> Any:
        return lambda **_: self.answers[operation]

    def pages(self, operation: str, members: str, **_: Any) -> Any:
        return self.answers[operation][members]


def test_ranges_of_peers_in_other_accounts_and_of_networks_behind_gateways(monkeypatch: pytest.MonkeyPatch) -> None:
    hub = {"VpcId": "vpc-hub", "CidrBlock": "10.9.0.0/16", "OwnerId": "1"}
    left = {"CidrBlock": "10.1.0.0/24", "CidrBlockState": {"State": "disassociated"}}
    far = {"VpcId": "vpc-far", "OwnerId": "2", "CidrBlockSet": [{"CidrBlock": "10.1.64.0/18"}]}
    gone = {**far, "VpcId": "vpc-gone"}
    routes = [
        {"DestinationCidrBlock": "10.1.32.0/20", "TransitGatewayId": "tgw-1"},
        {"DestinationCidrBlock": "10.0.0.0/8", "TransitGatewayId": "tgw-1"},
        {"DestinationCidrBlock": "10.1.48.0/20", "GatewayId": "local"},
    ]
    client = Answers(
        describe_vpcs={"Vpcs": [{**hub, "CidrBlockAssociationSet": [{"CidrBlock": "10.9.0.0/16"}, left]}]},
        describe_vpc_peering_connections={
            "VpcPeeringConnections": [
                {"RequesterVpcInfo": hub, "AccepterVpcInfo": far, "Status": {"Code": "active"}},
                {"RequesterVpcInfo": hub, "AccepterVpcInfo": gone, "Status": {"Code": "deleted"}},
            ]
        },
        describe_route_tables={"RouteTables": [{"VpcId": "vpc-hub", "Routes": routes}]},
    )
    monkeypatch.setattr(address_ranges, "known_resources", lambda *_: {})
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "none")
    someone = Account("us-east-1")
    monkeypatch.setattr(someone, "client", lambda *_: client)
    problems = list(address_ranges.judge(reference(), address_ranges.ask(someone, reference())))
    assert [problem.cause.partition(" overlaps ")[2] for problem in problems] == [
        "10.1.32.0/20 of the network behind tgw-1: the two can never be joined.",
        "10.1.64.0/18 of peer vpc-far of account 2: the two can never be joined.",
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
    account.dns.zones[ZONE] = []  # as where the delegation leads to servers that do not know it
    assert "knows no name servers of it that answer" in account.rows(spec)["PRE113"][0]
    account.dns.zones["."] = []
    assert account.rows(spec)["PRE113"] == ["the resolver fails at everything."]
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
    resource: dict[str, Any] = {"mode": "managed", "type": "aws_route53_record", "name": "public_1", "instances": []}
    resource["instances"] = [{"attributes": {"id": f"{zone.rpartition('/')[2]}_{NAME}_A"}}]  # its address of before
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

    def causes(certificate: str) -> list[str]:
        public = {**SPEC["load_balancers"]["public"], "https": {"certificate": certificate}}
        spec = changed(tmp_path, load_balancers={**SPEC["load_balancers"], "public": public})
        return account.rows(spec)["PRE115"]

    assert any(cause.endswith(f"is for *.elsewhere.example, not for {NAME}.") for cause in causes(arn))
    acm.delete_certificate(CertificateArn=arn)
    assert causes(arn) == [f"there is no certificate {arn}."]


@pytest.mark.parametrize(
    ("over", "says"),
    [
        ({}, []),
        ({"names": ["*.a-g-e-n-t-i-c.com"]}, []),
        ({"status": "PENDING_VALIDATION", "records": ["_x.a CNAME _y.b"]}, ["is PENDING_VALIDATION, and no listener"]),
        ({"status": "FAILED", "reason": "CAA_ERROR"}, ["is FAILED (CAA_ERROR), and no listener"]),
        ({"status": "EXPIRED", "until": "2026-01-01"}, ["is EXPIRED, and no listener", "is valid until 2026-01-01"]),
        ({"until": "2026-12-01"}, ["is valid until 2026-12-01"]),
        ({"names": ["a-g-e-n-t-i-c.com"]}, ["not for stage3v3.a-g-e-n-t-i-c.com"]),
    ],
)
def test_what_a_certificate_may_be(over: dict[str, Any], says: list[str]) -> None:
    arn = "arn:aws:acm:us-east-1:123456789012:certificate/0"
    stack = reference(f"load_balancers: {{public: {{https: {{certificate: '{arn}'}}}}}}")
    told = {"status": "ISSUED", "reason": "", "names": [NAME], "until": "2027-06-01", "records": [], **over}
    problems = list(certificates.judge(stack, {"existing": {"public": told}, "caa": {}, "today": "2026-11-26"}))
    assert len(problems) == len(says)
    assert all(text in problem.cause for problem, text in zip(problems, says, strict=True))


@pytest.mark.parametrize(
    ("offers", "says"),
    [
        ([("gp3", True, "ab")], None),
        ([("gp3", False, "ab")], "with gp3 and a standby in us-east-1"),
        ([("gp2", True, "ab")], "with gp3 and a standby in us-east-1"),
        ([("gp3", True, "a")], "in us-east-1b, which database main may be put in"),
        ([], "at all in us-east-1"),
    ],
)
def test_what_rds_may_offer(offers: list[tuple[str, bool, str]], says: str | None) -> None:
    told = [
        {"storage": kind, "multi_az": multi, "zones": [f"us-east-1{zone}" for zone in zones]}
        for kind, multi, zones in offers
    ]
    problems = list(database_offers.judge(reference(), {"main db.t3.medium": told}))
    assert [problem.outcome for problem in problems] == ([] if says is None else ["error"])
    assert says is None or says in problems[0].cause


def test_a_replica_needs_no_standby() -> None:
    stack = reference("databases: {main: {replicas: {count: 1, instance_class: db.t3.small}}}")
    both = {"storage": "gp3", "multi_az": True, "zones": ["us-east-1a", "us-east-1b"]}
    one = {"storage": "gp3", "multi_az": False, "zones": ["us-east-1a"]}
    problems = list(database_offers.judge(stack, {"main db.t3.medium": [both], "main db.t3.small": [one]}))
    assert [problem.outcome for problem in problems] == ["warning"]


def test_a_database_in_a_zone_that_does_not_offer_it(account: Looking, tmp_path: Path) -> None:
    account.make_clean()
    zones = ["us-east-1a", "us-east-1e"]
    spec = changed(tmp_path, network={**SPEC["network"], "zones": zones})
    (cause,) = account.rows(spec)["PRE116"]
    assert cause.startswith("RDS does not offer db.t3.medium for PostgreSQL 15.13 in us-east-1e")
    old = database_offers.ask(Account("us-east-1", account.aws.url), reference("databases: {main: {version: '13.7'}}"))
    assert old == {"main db.t3.medium": []}
    major = {"main": {**SPEC["databases"]["main"], "version": "15"}}
    assert account.rows(changed(tmp_path, databases=major))["PRE116"] == ["ok"]


def test_a_final_snapshot_that_an_earlier_stack_has_left(account: Looking, spec: Path) -> None:
    account.make_clean()
    assert account.rows(spec)["PRE121"] == ["ok"]
    rds, name = account.aws.client("rds"), "agentic-aws-stage3v3-main"
    (snapshot,) = (
        resource.attributes["final_snapshot_identifier"]
        for resource in compile_stack(reference()).of_type("aws_db_instance")
    )
    rds.create_db_instance(DBInstanceIdentifier=name, DBInstanceClass="db.t3.medium", Engine="postgres")
    rds.create_db_snapshot(DBInstanceIdentifier=name, DBSnapshotIdentifier=snapshot)
    (cause,) = account.rows(spec)["PRE121"]
    assert cause.startswith(f"snapshot {snapshot} of {name} exists since 2")
    assert "terraform destroy would fail with DBSnapshotAlreadyExists." in cause


@pytest.mark.parametrize(
    ("overlay", "outcomes"),
    [
        ("", ["warning"]),
        ("replace: [{address: aws_db_instance.main, reason: test data}]", ["error"]),
        ("replace: [{address: aws_lb.public, reason: test}]", ["warning"]),
        ("databases: {main: {final_snapshot: false}}", []),
    ],
)
def test_when_a_final_snapshot_is_in_the_way(overlay: str, outcomes: list[str]) -> None:
    stack, told = reference(overlay), {"main": {"of": "old", "taken": "2026-11-01"}}
    assert [problem.outcome for problem in final_snapshots.judge(stack, told)] == outcomes
    assert final_snapshots.CHECK.concerns(stack) is bool(outcomes)
    assert list(final_snapshots.judge(stack, {})) == []


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


QUOTAS = {quota["code"]: {"limit": 5000.0, "used": {"": 0}} for quota in quotas.quotas()}


@pytest.mark.parametrize(
    ("module", "answer"),
    [
        (certificates, {"existing": {}, "caa": {NAME: ['0 issue ";"']}, "today": "2026-11-26"}),
        (database_offers, {"main db.t3.medium": []}),
        (
            quotas,
            {"known": [], "quotas": {**QUOTAS, "L-F678F1CE": {"unknown": "GetServiceQuota returned AccessDenied"}}},
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
    credentials = account.user(everything, {"Effect": "Deny", "Action": closed, "Resource": "*"})
    account.aws.enforce(yes=True)
    try:
        told = account.rows_as(spec, credentials)
    finally:
        account.aws.enforce(yes=False)
    of_route_53 = {"PRE105", "PRE113", "PRE114", "PRE115"}  # whose actions moto does not know when it refuses
    judged = [row for row in told if row["id"] not in of_route_53]
    unknown = {row["id"]: row["cause"] for row in judged if row["outcome"] == "unknown"}
    assert set(unknown) == {"PRE107", "PRE110", "PRE111", "PRE116", "PRE117", "PRE121"}
    assert unknown["PRE107"].startswith("whether names of aws_db_instance, aws_db_parameter_group")
    assert unknown["PRE117"] == "ListRoles returned AccessDenied."
    assert "how many DB instances are left is not known" in unknown["PRE111"]
    assert {row["outcome"] for row in judged if row["id"] not in unknown} == {"ok"}
