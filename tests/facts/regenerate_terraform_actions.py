"""Renews the recorded half of `facts/terraform_actions.json`: what the AWS provider asks of AWS for each type.

    python -m tests.facts.regenerate_terraform_actions

The real Terraform builds, changes and destroys whole stacks in the emulator, and its own log says which type made which
request. What AWS documents and no emulator asks for is kept in the file by hand, under `documented`.
"""

import json
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import yaml

from tests import terraform
from tests.conftest import ROOT
from tests.emulator import Emulator, emulator, run_command

FACTS = ROOT / "compiler" / "stage3c" / "aws" / "facts" / "terraform_actions.json"
SPECS = (
    ROOT / "specs" / "stage3v3.yaml",
    ROOT / "tests" / "live" / "everything.yaml",
)  # between them they have every type
PREFIXES = {
    "Application Auto Scaling": "application-autoscaling",
    "CloudWatch Logs": "logs",
    "Elastic Load Balancing v2": "elasticloadbalancing",
    "Route 53": "route53",
    "Secrets Manager": "secretsmanager",
}
# Operations whose action bears another name: https://docs.aws.amazon.com/service-authorization/latest/reference/ (2026-11-26).
RENAMED = {
    "budgets:CreateBudget": "budgets:ModifyBudget",
    "budgets:CreateNotification": "budgets:ModifyBudget",
    "budgets:DeleteBudget": "budgets:ModifyBudget",
    "budgets:DescribeBudget": "budgets:ViewBudget",
    "budgets:DescribeNotificationsForBudget": "budgets:ViewBudget",
    "budgets:DescribeSubscribersForNotification": "budgets:ViewBudget",
    "budgets:UpdateBudget": "budgets:ModifyBudget",
    "s3:DeleteBucketEncryption": "s3:PutEncryptionConfiguration",
    "s3:DeleteBucketLifecycle": "s3:PutLifecycleConfiguration",
    "s3:DeleteBucketOwnershipControls": "s3:PutBucketOwnershipControls",
    "s3:DeleteBucketTagging": "s3:PutBucketTagging",
    "s3:DeletePublicAccessBlock": "s3:PutBucketPublicAccessBlock",
    "s3:GetBucketAccelerateConfiguration": "s3:GetAccelerateConfiguration",
    "s3:GetBucketCors": "s3:GetBucketCORS",
    "s3:GetBucketEncryption": "s3:GetEncryptionConfiguration",
    "s3:GetBucketLifecycleConfiguration": "s3:GetLifecycleConfiguration",
    "s3:GetBucketReplication": "s3:GetReplicationConfiguration",
    "s3:GetObjectLockConfiguration": "s3:GetBucketObjectLockConfiguration",
    "s3:GetPublicAccessBlock": "s3:GetBucketPublicAccessBlock",
    "s3:HeadBucket": "s3:ListBucket",
    "s3:PutBucketEncryption": "s3:PutEncryptionConfiguration",
    "s3:PutBucketLifecycleConfiguration": "s3:PutLifecycleConfiguration",
    "s3:PutPublicAccessBlock": "s3:PutBucketPublicAccessBlock",
}
# What a creation with tags asks for beside the creation itself.
TAGGING = {
    "acm": "acm:AddTagsToCertificate",
    "application-autoscaling": "application-autoscaling:TagResource",
    "budgets": "budgets:TagResource",
    "cloudwatch": "cloudwatch:TagResource",
    "dynamodb": "dynamodb:TagResource",
    "ec2": "ec2:CreateTags",
    "ecr": "ecr:TagResource",
    "ecs": "ecs:TagResource",
    "elasticloadbalancing": "elasticloadbalancing:AddTags",
    "iam": "iam:TagRole",
    "logs": "logs:TagResource",
    "rds": "rds:AddTagsToResource",
    "secretsmanager": "secretsmanager:TagResource",
    "sns": "sns:TagResource",
}
KINDS = {"tf_resource_type": "", "tf_data_source_type": "data.", "tf_ephemeral_resource_type": "ephemeral."}
Recorded = dict[str, set[str]]


def main() -> None:
    """Write the file anew."""
    terraform.needs_terraform()
    first: Recorded = defaultdict(set)
    later: Recorded = defaultdict(set)
    with tempfile.TemporaryDirectory() as folder:
        for spec in SPECS:
            with emulator() as aws:
                print(f"{datetime.now(UTC):%H:%M:%S} {spec.stem}", flush=True)
                record(aws, Path(folder) / spec.stem, spec, first, later)
    facts = json.loads(FACTS.read_text(encoding="utf-8"))
    tagged = json.loads((FACTS.parent / "provider.json").read_text(encoding="utf-8"))["resource"]
    for kind, actions in first.items():
        service = next(iter(sorted(actions))).partition(":")[0]
        if "tags_all" in tagged.get(kind, {}) and service in TAGGING:
            actions.add(TAGGING[service])
    facts["read_on"] = datetime.now(UTC).date().isoformat()
    facts["apply"] = {kind: sorted(actions) for kind, actions in sorted(first.items())}
    left = {kind: sorted(actions - first[kind]) for kind, actions in sorted(later.items())}
    facts["later"] = {kind: actions for kind, actions in left.items() if actions}
    FACTS.write_text(json.dumps(facts, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def record(aws: Emulator, out: Path, spec: Path, first: Recorded, later: Recorded) -> None:
    """Build, change and destroy a stack: what the first apply asks for, and what comes later."""
    zone = yaml.safe_load(spec.read_text(encoding="utf-8"))["domain"]["zone"]
    aws.client("route53").create_hosted_zone(Name=zone, CallerReference="one")
    run_command("bootstrap", spec, "--out", out, aws=None).check_returncode()
    store = next(out.glob("bootstrap-*"))
    succeeds(aws, store, "init")
    succeeds(aws, store, "apply", "-auto-approve", log=out / "store.log")
    run_command("build", spec, "--out", out, aws=None).check_returncode()
    stack = next(path for path in out.iterdir() if path.is_dir() and path != store)
    main_file = stack / "main.tf.json"
    document = json.loads(main_file.read_text(encoding="utf-8"))
    for provider in document["provider"]["aws"]:
        provider["max_retries"] = 2  # what the emulator cannot do fails at once
    main_file.write_text(json.dumps(document, indent=1), encoding="utf-8")
    succeeds(aws, stack, "init")
    succeeds(aws, stack, "apply", "-auto-approve", log=out / "apply.log")
    changed = json.loads(
        main_file.read_text(encoding="utf-8").replace('deletion_protection": true', 'deletion_protection": false')
    )
    changed["provider"]["aws"][0]["default_tags"][0]["tags"]["Changed"] = "yes"
    main_file.write_text(json.dumps(changed, indent=1), encoding="utf-8")
    succeeds(aws, stack, "apply", "-auto-approve", log=out / "change.log")
    succeeds(aws, stack, "destroy", "-auto-approve", log=out / "destroy.log")
    for name, recorded in (
        ("store", first),
        ("apply", first),
        ("change", later),
        ("destroy", later),
    ):
        for kind, action in actions_in(out / f"{name}.log"):
            recorded[kind].add(action)


def succeeds(aws: Emulator, folder: Path, *arguments: str, log: Path | None = None) -> None:
    """Run Terraform, with its log where that is asked for."""
    logged = {"TF_LOG": "JSON", "TF_LOG_PATH": str(log)} if log else {}
    done = terraform.run(folder, *arguments, "-no-color", more={**aws.environment, **logged})
    assert done.returncode == 0, [line for line in done.stderr.splitlines() if "Error: " in line]


def actions_in(log: Path) -> Iterator[tuple[str, str]]:
    """The type that asked and the action that AWS judges it by, for each request in a log of Terraform's."""
    with log.open(encoding="utf-8", errors="replace") as lines:
        for line in lines:
            if "HTTP Request Sent" not in line:
                continue
            request = json.loads(line)
            kind = next((f"{prefix}{request[name]}" for name, prefix in KINDS.items() if name in request), None)
            service = request["rpc.service"]
            action = f"{PREFIXES.get(service, service.lower())}:{request['rpc.method']}"
            if kind is not None and service != "STS":
                yield kind, RENAMED.get(action, action)


if __name__ == "__main__":
    main()
