"""Adopt where things are not as they should be: states that are none, files of others, look-ups that are forbidden."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from stage3c.aws.kinds.kind import Unanswered
from stage3c.live.account import Account, LiveError
from stage3c.live.adopt import adopt
from stage3c.live.state import known_resources
from stage3c.output.render import TAKEOVER_HEADER
from stage3c.resources.stack import compile_stack

from tests.emulator import Emulator, run_command
from tests.live.test_adopt import BUCKET, KEY, OURS, SPEC, STACK, default_group, imports_of, plan, steps, vpc
from tests.resources.stacks import reference

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def _bucket(aws: Emulator) -> None:
    aws.client("s3").create_bucket(Bucket=BUCKET)


def state(aws: Emulator, *resources: dict[str, Any], **more: Any) -> None:
    document = {"version": 4, "resources": list(resources), **more}
    aws.client("s3").put_object(Bucket=BUCKET, Key=KEY, Body=json.dumps(document).encode())


def instance(identity: str, **more: Any) -> dict[str, Any]:
    return {"attributes": {"id": identity}, **more}


def resource(kind: str, name: str, *instances: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"mode": "managed", "type": kind, "name": name, "instances": list(instances), **more}


NO_STATES = {
    b"": "is empty",
    b"\xff\xfe": "not JSON",
    b"[" * 100_000: "not JSON",
    b"[]": "not a Terraform state of version 4",
    b'{"version": 3, "modules": []}': "not a Terraform state of version 4",
    b'{"version": 4}': "form of a Terraform state",
    b'{"version": 4, "resources": {"a": 1}}': "form of a Terraform state",
    b'{"version": 4, "resources": [{"mode": "managed"}]}': "form of a Terraform state",
    b'{"version": 4, "resources": ["x"]}': "form of a Terraform state",
    json.dumps(
        {"version": 4, "resources": [resource("a", "b", {"attributes": 1})]}
    ).encode(): "form of a Terraform state",
}


def test_a_state_that_is_none_is_refused_and_nothing_is_believed(aws: Emulator, tmp_path: Path) -> None:
    account, s3 = Account("us-east-1", aws.url), aws.client("s3")
    for body, says in NO_STATES.items():
        s3.put_object(Bucket=BUCKET, Key=KEY, Body=body)
        with pytest.raises(Unanswered, match=says):
            known_resources(account, reference())
    for command in (("adopt", SPEC, "--out", tmp_path), ("cleanup", SPEC)):
        done = run_command(*command, aws=aws)
        assert done.returncode == 3
        assert "does not have the form of a Terraform state" in done.stderr
        assert "Traceback" not in done.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ['main"\n}', "main ${x}", "../main", ""])
def test_an_address_that_means_something_else_in_a_block_is_refused(aws: Emulator, name: str) -> None:
    state(aws, resource("aws_vpc", name, instance("vpc-1")))
    with pytest.raises(LiveError, match="address that cannot be written"):
        plan(aws)


def test_instances_and_modules_have_addresses_of_their_own_and_move_one_by_one(aws: Emulator) -> None:
    ours, ec2 = vpc(aws, OURS), aws.client("ec2")
    subnets = [
        ec2.create_subnet(VpcId=ours, CidrBlock=f"10.1.{number}.0/24")["Subnet"]["SubnetId"] for number in (3, 4)
    ]
    state(
        aws,
        resource("aws_vpc", "main", instance(ours), module='module.network["a b"]'),
        resource("aws_subnet", "private", *(instance(each, index_key=n) for n, each in enumerate(subnets))),
        resource("aws_eip", "nat", instance("eipalloc-1", index_key="a"), instance("eipalloc-2", index_key="b")),
        resource("aws_caller_identity", "current", instance("1"), mode="data"),
    )
    known = known_resources(Account("us-east-1", aws.url), reference())
    assert set(known) == {
        'module.network["a b"].aws_vpc.main',
        "aws_subnet.private[0]",
        "aws_subnet.private[1]",
        'aws_eip.nat["a"]',
        'aws_eip.nat["b"]',
    }
    adoption = plan(aws)
    assert set(adoption.moved) == {
        ('module.network["a b"].aws_vpc.main', "aws_vpc.main"),
        ("aws_subnet.private[0]", "aws_subnet.private_a"),
        ("aws_subnet.private[1]", "aws_subnet.private_b"),
    }
    assert set(steps(adoption, "destroy")) == {'aws_eip.nat["a"]', 'aws_eip.nat["b"]'}
    kept = plan(aws, kept=["aws_eip.nat"])
    assert kept.removed == ("aws_eip.nat",)
    assert set(steps(kept, "let go")) == {'aws_eip.nat["a"]', 'aws_eip.nat["b"]'}
    assert 'from = module.network["a b"].aws_vpc.main' in imports_of(kept)


def test_what_waits_to_be_destroyed_is_known_with_its_successor(aws: Emulator) -> None:
    old, new = vpc(aws, OURS), vpc(aws, OURS)
    state(aws, resource("aws_vpc", "main", instance(old, deposed="0123abcd"), instance(new)))
    (held,) = known_resources(Account("us-east-1", aws.url), reference()).values()
    assert held.names == {old, new}


def test_a_name_that_another_stack_has_is_left_to_the_user(aws: Emulator) -> None:
    logs = aws.client("logs")
    logs.create_log_group(logGroupName="/ecs/agentic-aws/stage3v3/fastapi", tags={"Stack": "agentic-aws-stage3"})
    logs.create_log_group(
        logGroupName="/ecs/agentic-aws/stage3v3/nodejs", tags={each["Key"]: each["Value"] for each in OURS}
    )
    adoption = plan(aws)
    assert steps(adoption, "import", "choose") == {
        "aws_cloudwatch_log_group.service_fastapi": "choose",
        "aws_cloudwatch_log_group.service_nodejs": "import",
    }
    (step,) = (step for step in adoption.steps if step.outcome == "choose")
    assert "its tags are Stack=agentic-aws-stage3, and this stack's are Project=agentic-aws" in step.cause
    assert "aws_cloudwatch_log_group.service_fastapi" in dict(
        plan(aws, choose=[step.fix.partition("--choose ")[2]]).imports
    )


def test_a_lookup_that_is_forbidden_costs_its_row_and_no_other(aws: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = vpc(aws, OURS)
    iam = aws.client("iam")
    iam.create_role(RoleName=f"{STACK}-fastapi-task-us-east-1", AssumeRolePolicyDocument="{}")
    iam.create_user(UserName="ann")
    statements = [
        {"Effect": "Allow", "Action": "*", "Resource": "*"},
        {"Effect": "Deny", "Action": ["iam:GetRole", "tag:GetResources", "tagging:GetResources"], "Resource": "*"},
    ]
    document = json.dumps({"Version": "2012-10-17", "Statement": statements})
    iam.put_user_policy(UserName="ann", PolicyName="most", PolicyDocument=document)
    key = iam.create_access_key(UserName="ann")["AccessKey"]
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", key["AccessKeyId"])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", key["SecretAccessKey"])
    aws.enforce(yes=True)
    try:
        adoption = adopt(Account("us-east-1", aws.url), reference(), [], [], [])
    finally:
        aws.enforce(yes=False)
    unknown = steps(adoption, "unknown")
    # The emulator refuses Route 53 to everybody while it enforces: the zone, which is only read, and its records with it.
    kinds = Counter(address.split(".")[0] for address in unknown)
    forbidden = {"aws_iam_role", "aws_route53_record"}
    assert kinds == {kind: len(compile_stack(reference()).of_type(kind)) for kind in forbidden}
    assert {address.split(".")[0] for address in steps(adoption, "waits")} == {"aws_iam_role_policy"}
    assert dict(adoption.imports) == {"aws_vpc.main": ours, "aws_default_security_group.main": default_group(aws, ours)}
    causes = [step.cause for step in adoption.steps if step.outcome == "unknown"]
    assert any("GetRole returned AccessDenied" in cause for cause in causes)


def test_a_file_that_somebody_else_wrote_is_never_touched(aws: Emulator, tmp_path: Path) -> None:
    vpc(aws, OURS)
    own = tmp_path / "stage3v3" / "imports.tf"
    own.parent.mkdir()
    own.write_text("# mine\n")
    done = run_command("adopt", SPEC, "--out", tmp_path, aws=aws)
    assert done.returncode == 3
    assert "imports.tf was not written by stage3c adopt" in done.stderr
    assert own.read_text() == "# mine\n"
    assert [each.name for each in own.parent.iterdir()] == ["imports.tf"]


def test_what_an_earlier_run_wrote_is_renewed_and_taken_away_when_it_has_done_its_work(
    aws: Emulator, tmp_path: Path
) -> None:
    folder = tmp_path / "stage3v3"
    folder.mkdir()
    for name in ("imports.tf", "imports_override.tf"):
        (folder / name).write_text(f'# {TAKEOVER_HEADER}\n\nimport {{\n  to = aws_vpc.main\n  id = "vpc-0"\n}}\n')
    ours = vpc(aws, OURS)
    assert run_command("adopt", SPEC, "--out", tmp_path, aws=aws).returncode == 0
    assert f'"{ours}"' in (folder / "imports.tf").read_text()
    assert [each.name for each in folder.iterdir()] == ["imports.tf"]
    group = resource("aws_default_security_group", "main", instance(default_group(aws, ours)))
    state(aws, resource("aws_vpc", "main", instance(ours)), group)
    done = run_command("adopt", SPEC, "--out", tmp_path, aws=aws)
    assert "imports.tf, which is no longer needed" in done.stderr
    assert not list(folder.iterdir())


def test_what_is_not_built_yet_is_said(aws: Emulator, tmp_path: Path) -> None:
    vpc(aws, OURS)
    assert (
        f"run stage3c build {SPEC} --out {tmp_path} first"
        in run_command("adopt", SPEC, "--out", tmp_path, aws=aws).stderr
    )
    assert run_command("build", SPEC, "--out", tmp_path, aws=None).returncode == 0
    assert "run stage3c build" not in run_command("adopt", SPEC, "--out", tmp_path, aws=aws).stderr


def test_another_region_is_another_place(aws: Emulator) -> None:
    vpc(aws, OURS)
    account = Account("eu-west-1", aws.url)
    stack = reference("{region: eu-west-1, state: {region: us-east-1}, network: {zones: [eu-west-1a, eu-west-1b]}}")
    assert adopt(account, stack, [], [], []).imports == ()


def test_what_a_rename_would_make_anew_is_announced_with_what_it_holds(aws: Emulator) -> None:
    state(
        aws,
        resource("aws_ecr_repository", "web", {"attributes": {"id": "a", "name": "agentic-aws/stage3v3/web"}}),
        resource("aws_db_instance", "old", {"attributes": {"id": "b", "identifier": f"{STACK}-old"}}),
        resource("aws_ecs_cluster", "main", {"attributes": {"id": "c", "name": "another-project"}}),
        resource("aws_cloudwatch_log_group", "service_nodejs", instance("d")),
    )
    adoption = plan(aws, renamed=["web=nodejs", "old=main"])
    told = {step.address: step for step in adoption.steps if step.outcome in ("replace", "rename")}
    assert {address: step.outcome for address, step in told.items()} == {
        "aws_ecr_repository.nodejs": "replace",
        "aws_db_instance.main": "rename",
        "aws_ecs_cluster.main": "replace",
    }
    repository = told["aws_ecr_repository.nodejs"]
    assert "from agentic-aws/stage3v3/web to agentic-aws/stage3v3/nodejs" in repository.cause
    assert "with its images" in repository.cause
    assert repository.fix == "write formerly: web under services.nodejs in the spec, and every AWS name stays."
    assert "project, environment and names" in told["aws_ecs_cluster.main"].fix
