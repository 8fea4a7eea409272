"""Preflight as a user runs it, against an emulated account and a DNS of its own."""

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from msgspec import Struct

from tests.conftest import ROOT
from tests.emulator import Emulator, run_command
from tests.name_server import NameServer

CANARY = "canary-3f9c2a7e"
SPEC: dict[str, Any] = yaml.safe_load((ROOT / "specs" / "stage3v3.yaml").read_text(encoding="utf-8"))
SPEC["secrets"] = {"mail": {"format": "json", "keys": ["user", "token"], "existing": "shared/mail"}}
SPEC["services"]["nodejs"]["secrets"] = {"MAIL_TOKEN": "mail.token"}
BUCKET, TABLE = SPEC["state"]["bucket"], SPEC["state"]["lock_table"]
KEY = "agentic-aws/stage3v3/terraform.tfstate"
ZONE, NAME = SPEC["domain"]["zone"], SPEC["domain"]["name"]
ROLES = ("ecs", "elasticloadbalancing", "rds", "ecs.application-autoscaling")


class Looking(Struct, frozen=True):
    """Whom preflight looks at: an emulated account, and the DNS that knows its zone."""

    aws: Emulator
    dns: NameServer

    def preflight(self, spec: Path, *more: str | Path) -> "subprocess.CompletedProcess[str]":
        """What the command says."""
        return run_command("preflight", spec, "--resolver", self.dns.address, *more, aws=self.aws)

    def rows(self, spec: Path) -> dict[str, list[str]]:
        """The causes by check; `ok` for a check that is fine."""
        done = self.preflight(spec, "--format", "json")
        assert CANARY not in done.stdout + done.stderr
        assert done.stdout, done.stderr
        told = json.loads(done.stdout)["rows"]
        found: dict[str, list[str]] = {}
        for row in told:
            found.setdefault(row["id"], []).append(row["cause"] or row["outcome"])
        assert done.returncode == int(any(row["outcome"] == "error" for row in told)), done.stderr
        return found

    def rows_as(self, spec: Path, credentials: Mapping[str, str]) -> list[dict[str, str]]:
        """The rows that somebody else is told."""
        more = ("--format", "json", "--resolver", self.dns.address)
        done = run_command("preflight", spec, *more, aws=self.aws, credentials=credentials)
        told: list[dict[str, str]] = json.loads(done.stdout)["rows"]
        assert credentials["AWS_SECRET_ACCESS_KEY"] not in done.stdout + done.stderr
        return told

    def user(self, *statements: dict[str, Any]) -> dict[str, str]:
        """Credentials of somebody who may do this."""
        iam = self.aws.client("iam")
        iam.create_user(UserName="deployer")
        policy = {"Version": "2012-10-17", "Statement": statements}
        iam.put_user_policy(UserName="deployer", PolicyName="all", PolicyDocument=json.dumps(policy))
        key = iam.create_access_key(UserName="deployer")["AccessKey"]
        return {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}

    def make_clean(self) -> None:
        """Give the account all that the spec takes for granted."""
        s3 = self.aws.client("s3")
        s3.create_bucket(Bucket=BUCKET)
        s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
        rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
        s3.put_bucket_encryption(Bucket=BUCKET, ServerSideEncryptionConfiguration={"Rules": [rule]})
        settings = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
        s3.put_public_access_block(Bucket=BUCKET, PublicAccessBlockConfiguration=dict.fromkeys(settings, True))
        self.make_table("LockID")
        self.make_zone()
        self.make_roles()
        value = json.dumps({"user": CANARY, "token": CANARY, f"key-{CANARY}": CANARY})
        self.aws.client("secretsmanager").create_secret(Name="shared/mail", SecretString=value)

    def make_table(self, key: str) -> None:
        """The lock table, with this key."""
        self.aws.client("dynamodb").create_table(
            TableName=TABLE,
            KeySchema=[{"AttributeName": key, "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )

    def make_zone(self) -> str:
        """The hosted zone, and its delegation."""
        made = self.aws.client("route53").create_hosted_zone(Name=ZONE, CallerReference="one")
        self.dns.zones[ZONE] = made["DelegationSet"]["NameServers"]
        return str(made["HostedZone"]["Id"])

    def make_roles(self) -> None:
        """The roles that AWS's services act by."""
        for service in ROLES:
            self.aws.client("iam").create_service_linked_role(AWSServiceName=f"{service}.amazonaws.com")


def written(folder: Path, document: dict[str, Any]) -> Path:
    """A spec as a file."""
    path = folder / "shop.yaml"
    path.write_text(yaml.safe_dump(document), encoding="utf-8")
    return path
