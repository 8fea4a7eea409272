"""Other tools that make such a stack, as scripts for `python -m tests.benchmark --peers`.

cdktf's prebuilt bindings make exactly the reference stack's resources, read from its own output. AWS CDK has patterns of
its own: two load-balanced Fargate services, a PostgreSQL instance and a VPC, as few lines as its documentation asks for.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct
from stage3c.aws.facts import load


class Peer(Struct, frozen=True):
    """What to install, and what to run."""

    name: str
    packages: tuple[str, ...]
    script: str


def peers(main_tf_json: Path, work: Path) -> list[Peer]:
    """The peers, each writing below `work`; the first takes its resources from a compiled stack."""
    unwrapped = work / "unwrapped.json"
    unwrapped.write_text(json.dumps(_unwrapped_stack(json.loads(main_tf_json.read_text(encoding="utf-8")))), "utf-8")
    prebuilt = _PREBUILT.format(resources=str(unwrapped), out=str(work / "prebuilt"))
    return [
        Peer(
            "cdktf with prebuilt bindings, the same stack", ("cdktf>=0.21,<0.22", "cdktf-cdktf-provider-aws"), prebuilt
        ),
        Peer("AWS CDK ecs-patterns, a like stack", ("aws-cdk-lib",), _CDK.format(out=str(work / "cdk"))),
    ]


def _unwrapped_stack(document: Mapping[str, Any]) -> dict[str, Any]:
    """The resources with their blocks marked: the bindings have a class for each, and want no list where one may stand."""
    return {
        mode: {
            kind: {name: _unwrapped(body, load("provider")[mode][kind]) for name, body in named.items()}
            for kind, named in document[mode].items()
        }
        for mode in ("data", "resource")
    }


def _unwrapped(body: Mapping[str, Any], members: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in body.items():
        fact = members.get(name)
        if fact is None:  # depends_on, lifecycle: the bindings take constructs there
            continue
        if len(fact) == 2:
            found[name] = value
            continue
        inner = [_unwrapped(block, fact[3]) for block in value]
        found[name] = {"$block": inner[0] if fact[2] == 1 else inner}
    return found


_PREBUILT = """
import importlib, json
from cdktf import App, TerraformStack
from cdktf_cdktf_provider_aws.provider import AwsProvider
app = App(outdir={out!r}); stack = TerraformStack(app, "s"); AwsProvider(stack, "aws", region="us-east-1")
def struct(module, prefix, body):
    return {{key: block(module, prefix + camel(key), value["$block"]) if isinstance(value, dict) and "$block" in value
            else value for key, value in body.items()}}
def block(module, name, value):
    if isinstance(value, list):
        return [block(module, name, each) for each in value]
    return getattr(module, name)(**struct(module, name, value))
def camel(text):
    return "".join(part.capitalize() for part in text.split("_"))
for mode, kinds in json.load(open({resources!r})).items():
    for kind, named in kinds.items():
        name = ("data_" if mode == "data" else "") + (kind if mode == "data" else kind.removeprefix("aws_"))
        module = importlib.import_module("cdktf_cdktf_provider_aws." + name)
        for key, body in named.items():
            getattr(module, camel(name))(stack, mode + kind + key, **struct(module, camel(name), body))
app.synth()
"""

_CDK = """
import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2, aws_ecs as ecs, aws_ecs_patterns as patterns, aws_rds as rds
app = cdk.App(outdir={out!r}); stack = cdk.Stack(app, "S")
vpc = ec2.Vpc(stack, "V", max_azs=2); cluster = ecs.Cluster(stack, "C", vpc=vpc)
for name, public in (("node", True), ("api", False)):
    patterns.ApplicationLoadBalancedFargateService(stack, name, cluster=cluster, public_load_balancer=public,
        task_image_options={{"image": ecs.ContainerImage.from_registry("x/y:1")}})
rds.DatabaseInstance(stack, "D", vpc=vpc, engine=rds.DatabaseInstanceEngine.postgres(version=rds.PostgresEngineVersion.VER_15))
app.synth()
"""
