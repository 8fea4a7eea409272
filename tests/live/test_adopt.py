"""What adopt finds, what it leaves to the user, and what it writes: each situation is made in an emulated account."""

import json
from pathlib import Path
from typing import Any

import hcl2
import pytest
from stage3c.aws.kinds import kind_of
from stage3c.aws.kinds.kind import Match
from stage3c.live.account import Account, LiveError
from stage3c.live.adopt import adopt, as_text
from stage3c.live.adoption import Adoption, as_pairs
from stage3c.live.arguments import arguments_of
from stage3c.live.ownership import tags_of_owner
from stage3c.output.render import takeover_files

from tests.conftest import ROOT
from tests.emulator import Emulator, run_command
from tests.resources.stacks import reference

SPEC = ROOT / "specs" / "stage3v3.yaml"
STACK = "agentic-aws-stage3v3"
OURS = [{"Key": name, "Value": value} for name, value in {"Name": STACK, **tags_of_owner(reference())}.items()]
BUCKET, KEY = "agentic-aws-terraform-state", "agentic-aws/stage3v3/terraform.tfstate"


def emitted() -> dict[str, set[str]]:
    """The types in the committed stacks, with a name or two of each."""
    found: dict[str, set[str]] = {}
    for path in (ROOT / "generated").glob("*/main.tf.json"):
        document = json.loads(path.read_text(encoding="utf-8"))
        for kind, members in document["resource"].items():
            found.setdefault(kind, set()).update(members)
    return found


def test_every_type_that_is_emitted_can_be_found_or_says_why_not() -> None:
    assert all(kind_of(kind).find or kind_of(kind).not_imported for kind in emitted())


def plan(aws: Emulator, *, choose: list[str] | None = None, **more: list[str]) -> Adoption:
    account = Account("us-east-1", aws.url)
    return adopt(account, reference(), choose or [], more.get("renamed", []), more.get("kept", []))


def imports_of(adoption: Adoption) -> str:
    return takeover_files(adoption.imports, adoption.moved, adoption.removed, adoption.stored)["imports.tf"]


def steps(adoption: Adoption, *outcomes: str) -> dict[str, str]:
    return {step.address: step.outcome for step in adoption.steps if step.outcome in outcomes}


def default_group(aws: Emulator, of: str) -> str:
    """The security group that AWS makes with a VPC."""
    filters = [{"Name": "vpc-id", "Values": [of]}, {"Name": "group-name", "Values": ["default"]}]
    return str(aws.client("ec2").describe_security_groups(Filters=filters)["SecurityGroups"][0]["GroupId"])


def vpc(aws: Emulator, tags: list[dict[str, str]], cidr: str = "10.1.0.0/16") -> str:
    ec2 = aws.client("ec2")
    identity = str(ec2.create_vpc(CidrBlock=cidr)["Vpc"]["VpcId"])
    if tags:
        ec2.create_tags(Resources=[identity], Tags=tags)
    return identity


def known_to_the_state(aws: Emulator, **names: str) -> None:
    """A state that has some addresses, each with the id of something."""
    instances: list[dict[str, Any]] = []
    for address, identity in names.items():
        kind, _, name = address.partition("__")
        attributes = {"attributes": {"id": identity, "password": "canary"}}
        instances.append({"mode": "managed", "type": kind, "name": name, "instances": [attributes]})
    s3 = aws.client("s3")
    s3.create_bucket(Bucket=BUCKET)
    s3.put_object(Bucket=BUCKET, Key=KEY, Body=json.dumps({"version": 4, "resources": instances}).encode())


@pytest.mark.slow
def test_an_empty_account_has_nothing_to_adopt(aws: Emulator, tmp_path: Path) -> None:
    done = run_command("adopt", SPEC, "--out", tmp_path, aws=aws)
    assert done.returncode == 0, done.stderr
    assert not list(tmp_path.iterdir())
    assert "import" not in done.stdout


@pytest.mark.slow
def test_what_carries_our_tags_is_imported_and_its_children_with_it(aws: Emulator, tmp_path: Path) -> None:
    ours = vpc(aws, OURS)
    ec2 = aws.client("ec2")
    subnet = ec2.create_subnet(VpcId=ours, CidrBlock="10.1.3.0/24", AvailabilityZone="us-east-1a")["Subnet"]["SubnetId"]
    group = ec2.create_security_group(GroupName=f"{STACK}-service-fastapi", Description="service fastapi", VpcId=ours)[
        "GroupId"
    ]
    ec2.create_tags(Resources=[subnet, group], Tags=OURS)
    vpc(aws, [{"Key": "Name", "Value": "another"}])
    done = run_command("adopt", SPEC, "--out", tmp_path, aws=aws)
    assert done.returncode == 0, done.stdout
    written = hcl2.loads((tmp_path / "stage3v3" / "imports.tf").read_text(encoding="utf-8"))
    imports = {block["to"].strip("${}"): block["id"].strip('"') for block in written["import"]}
    expected = {
        "aws_vpc.main": ours,
        "aws_default_security_group.main": default_group(aws, ours),
        "aws_subnet.private_a": subnet,
        "aws_security_group.service_fastapi": group,
    }
    assert imports == expected


@pytest.mark.slow
@pytest.mark.parametrize(
    ("tags", "step"),
    [
        (OURS, "import"),
        ([], "import"),
        ([{"Key": "Name", "Value": "default"}], "import"),
        ([{**each, "Value": "next-door"} if each["Key"] == "Stack" else each for each in OURS], "choose"),
        ([{"Key": "ManagedBy", "Value": "hand"}], "choose"),
    ],
)
def test_the_default_group_of_our_vpc_is_ours_unless_its_own_tags_are_another_s(
    aws: Emulator, tags: list[dict[str, str]], step: str
) -> None:
    group = default_group(aws, vpc(aws, OURS))
    if tags:
        aws.client("ec2").create_tags(Resources=[group], Tags=tags)
    address = "aws_default_security_group.main"
    adoption = plan(aws)
    assert steps(adoption, "choose", "import") == {"aws_vpc.main": "import", address: step}
    if step == "choose":
        assert f"--choose {address}={group}" in as_text(adoption)
        assert dict(plan(aws, choose=[f"{address}={group}"]).imports)[address] == group


@pytest.mark.slow
def test_two_that_fit_are_never_written_without_a_choice(aws: Emulator) -> None:
    one, two = vpc(aws, OURS), vpc(aws, OURS)
    adoption = plan(aws)
    assert steps(adoption, "choose", "import") == {"aws_vpc.main": "choose"}
    assert steps(adoption, "waits")["aws_subnet.private_a"] == "waits"
    assert adoption.is_empty
    assert f"--choose aws_vpc.main={two}" in as_text(adoption)
    assert dict(plan(aws, choose=[f"aws_vpc.main={one}"]).imports)["aws_vpc.main"] == one
    with pytest.raises(LiveError, match="does not fit"):
        plan(aws, choose=["aws_vpc.main=vpc-0"])
    with pytest.raises(LiveError, match=r"has no aws_vpc\.other"):
        plan(aws, choose=["aws_vpc.other=vpc-0"])


@pytest.mark.slow
@pytest.mark.parametrize("tags", [[], [{"Key": "Name", "Value": STACK}]])
def test_what_may_be_ours_and_says_nothing_is_left_to_the_user(aws: Emulator, tags: list[dict[str, str]]) -> None:
    found = vpc(aws, tags)
    assert steps(plan(aws), "choose", "import") == {"aws_vpc.main": "choose"}
    chosen = {"aws_vpc.main": found, "aws_default_security_group.main": default_group(aws, found)}
    assert dict(plan(aws, choose=[f"aws_vpc.main={found}"]).imports) == chosen


@pytest.mark.slow
def test_a_record_that_points_elsewhere_is_left_to_the_user(aws: Emulator) -> None:
    route53 = aws.client("route53")
    zone = route53.create_hosted_zone(Name="a-g-e-n-t-i-c.com", CallerReference="1")["HostedZone"]["Id"]
    record = {"Name": "stage3v3.a-g-e-n-t-i-c.com", "Type": "A", "TTL": 60, "ResourceRecords": [{"Value": "192.0.2.1"}]}
    change = {"Changes": [{"Action": "CREATE", "ResourceRecordSet": record}]}
    route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch=change)
    assert steps(plan(aws), "choose", "import") == {
        "aws_route53_record.public_alias_stage3v3_a-g-e-n-t-i-c_com": "choose"
    }


@pytest.mark.slow
def test_a_thing_that_the_state_knows_by_another_address_moves(aws: Emulator) -> None:
    ours = vpc(aws, OURS)
    known_to_the_state(aws, aws_vpc__network=ours)
    adoption = plan(aws)
    assert adoption.moved == (("aws_vpc.network", "aws_vpc.main"),)
    assert set(dict(adoption.imports)) <= {"aws_default_security_group.main"}, "which every VPC has"
    assert "canary" not in as_text(adoption)


@pytest.mark.slow
def test_a_record_that_had_its_position_as_its_address_moves_to_its_name(aws: Emulator) -> None:
    route53 = aws.client("route53")
    zone = route53.create_hosted_zone(Name="a-g-e-n-t-i-c.com", CallerReference="1")["HostedZone"]["Id"].rpartition(
        "/"
    )[2]
    record = {"Name": "stage3v3.a-g-e-n-t-i-c.com", "Type": "A", "TTL": 60, "ResourceRecords": [{"Value": "192.0.2.1"}]}
    route53.change_resource_record_sets(
        HostedZoneId=zone, ChangeBatch={"Changes": [{"Action": "CREATE", "ResourceRecordSet": record}]}
    )
    known_to_the_state(aws, aws_route53_record__public_7=f"{zone}_stage3v3.a-g-e-n-t-i-c.com_A")
    moved = plan(aws).moved
    assert moved == (("aws_route53_record.public_7", "aws_route53_record.public_alias_stage3v3_a-g-e-n-t-i-c_com"),)


@pytest.mark.slow
def test_a_thing_that_the_state_knows_by_another_type_is_let_go_of_and_imported(aws: Emulator) -> None:
    ours = vpc(aws, OURS)
    known_to_the_state(aws, aws_default_vpc__main=ours)
    adoption = plan(aws)
    assert dict(adoption.imports) == {"aws_vpc.main": ours, "aws_default_security_group.main": default_group(aws, ours)}
    assert adoption.removed == ("aws_default_vpc.main",)
    text = imports_of(adoption)
    (block,) = hcl2.loads(text)["removed"]
    assert block["from"].strip("${}") == "aws_default_vpc.main"
    assert block["lifecycle"][0]["destroy"] is False


@pytest.mark.slow
def test_a_renamed_service_moves_and_what_nobody_speaks_for_is_said_to_be_destroyed(aws: Emulator) -> None:
    known_to_the_state(aws, aws_ecs_service__web="a", aws_lb_target_group__web="b", aws_db_instance__old="c")
    assert set(steps(plan(aws), "destroy")) == {"aws_ecs_service.web", "aws_lb_target_group.web", "aws_db_instance.old"}
    adoption = plan(aws, renamed=["web=nodejs"], kept=["aws_db_instance.old"])
    moved = {
        ("aws_ecs_service.web", "aws_ecs_service.nodejs"),
        ("aws_lb_target_group.web", "aws_lb_target_group.nodejs"),
    }
    assert set(adoption.moved) == moved
    assert adoption.removed == ("aws_db_instance.old",)
    assert steps(adoption, "destroy") == {}
    blocks = hcl2.loads(imports_of(adoption))["moved"]
    assert {(block["from"].strip("${}"), block["to"].strip("${}")) for block in blocks} == moved
    with pytest.raises(LiveError, match="nothing that the state knows"):
        plan(aws, kept=["aws_vpc.main"])


@pytest.mark.slow
def test_what_the_state_knows_is_not_asked_about_again_where_a_twin_exists(aws: Emulator) -> None:
    ours, _twin = vpc(aws, OURS), vpc(aws, OURS)
    known_to_the_state(aws, aws_vpc__main=ours, aws_default_security_group__main=default_group(aws, ours))
    adoption = plan(aws)
    assert steps(adoption, "choose", "waits", "import") == {}


@pytest.mark.slow
def test_credentials_of_another_account_are_refused(aws: Emulator) -> None:
    with pytest.raises(LiveError, match="999999999999"):
        adopt(Account("us-east-1", aws.url), reference("account: '999999999999'"), [], [], [])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--choose", "aws_vpc.main"], "--choose takes an address and an id"),
        (["--choose", "${x}=1"], "--choose takes an address and an id"),
        (["--renamed", "web"], "--renamed takes the old key"),
        (["--renamed", "a_b=c"], "--renamed takes the old key"),
    ],
)
def test_mistakes_in_the_arguments_are_told(aws: Emulator, tmp_path: Path, arguments: list[str], says: str) -> None:
    done = run_command("adopt", SPEC, "--out", tmp_path, *arguments, aws=aws)
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_ids_are_texts_to_terraform_whatever_is_in_them() -> None:
    text = takeover_files([("aws_vpc.main", 'a"\n${file("/etc/passwd")}')], [], [], [])["imports.tf"]
    assert '"a\\"\\n$${file(\\"/etc/passwd\\")}"' in text


def test_choices_are_pairs() -> None:
    assert as_pairs(["aws_vpc.main=vpc-1", "module.a.aws_vpc.b=c=d"]) == {
        "aws_vpc.main": frozenset({"vpc-1"}),
        "module.a.aws_vpc.b": frozenset({"c=d"}),
    }
    assert as_pairs(["=x"]) is None
    assert as_pairs(["aws_vpc.main="]) is None


def test_arguments_that_hang_on_what_is_not_found_are_left_out() -> None:
    from stage3c.resources.stack import compile_stack

    graph = compile_stack(reference())
    record = graph.resources["aws_route53_record.public_validation_stage3v3_a-g-e-n-t-i-c_com"]
    option = {
        "domain_name": "stage3v3.a-g-e-n-t-i-c.com",
        "resource_record_name": "_a.b.",
        "resource_record_type": "CNAME",
    }
    certificate = Match("arn:c", {"domain_validation_options": [option]})
    assert arguments_of(record, {}, {}) == {"ttl": 60, "records": [], "allow_overwrite": True}
    known = arguments_of(record, {"aws_acm_certificate.public": certificate}, {})
    assert (known["name"], known["type"]) == ("_a.b.", "CNAME")
