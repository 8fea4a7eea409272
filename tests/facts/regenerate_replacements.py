"""Asks the real provider which arguments of each emitted type replace the resource, and prints what the kinds should say.

Run it from the repository's root: `python3 -m tests.facts.regenerate_replacements [--write] [TYPE …]`. Every argument is
changed alone, in a copy of a resource that a made-up state has; `terraform plan -refresh=false` then shows `replace_paths`.
With `--write`, the field `replaced_by` of each file in `aws/kinds/` is renewed. Takes about three minutes and needs
Terraform, but no account.
"""

import json
import re
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from stage3c.output.synth import synthesize
from stage3c.pipeline import compile_spec

from tests.conftest import ROOT
from tests.facts.regenerate_provider import VERSION, provider_schema
from tests.terraform import init, run

KINDS: Final = ROOT / "compiler" / "stage3c" / "aws" / "kinds"
ACCOUNT: Final = "111122223333"
KEY: Final = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
TEXTS: Final = ("x", KEY, "10.99.0.0/24", "us-east-1f", "2031-01-01T00:00:00Z", "1.2", "https://example.com", '{"a":1}')
NOT_OURS: Final = {"id", "tags_all", "timeouts", "region"}
ROUNDS: Final = 14
CONFLICT: Final = re.compile(r"only one of|onflicting|Invalid combination|Invalid Attribute Combination")
ONE_OF: Final = re.compile(r'"([A-Za-z0-9_.:*-]+)"')

Json = dict[str, Any]


@dataclass
class Variant:
    """A resource with one argument changed: what may be written there, and which of it is tried."""

    kind: str
    name: str
    path: tuple[str, ...]
    body: Json
    candidates: list[Any] = field(default_factory=list)

    def changed(self) -> Json:
        """The configuration of this variant."""
        body: Json = json.loads(json.dumps(self.body))
        if not self.path:
            return body
        inner = body
        for step in self.path[:-1]:
            inner = inner[step][0]
        inner[self.path[-1]] = self.candidates[0]
        return body


def recorded(documents: list[Json], kinds: set[str] | None = None) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """By type: the arguments that replace it (`block.argument` inside a block), and those of which nothing is known."""
    schemas = provider_schema()["resource_schemas"]
    bodies = richest(documents)
    wanted = {kind: body for kind, body in bodies.items() if kinds is None or kind in kinds}
    variants = [each for kind, body in wanted.items() for each in variants_of(kind, body, schemas[kind])]
    with tempfile.TemporaryDirectory() as folder:
        done, unknown = planned(Path(folder), variants, {kind: schemas[kind]["version"] for kind in wanted})
    found = {
        kind: sorted({".".join(v.path) for v in variants if v.kind == kind and v.path and done.get(v.name)})
        for kind in wanted
    }
    unclear = {kind: sorted(".".join(v.path) for v in unknown if v.kind == kind) for kind in wanted}
    return found, unclear


def richest(documents: list[Json]) -> dict[str, Json]:
    """For each type all arguments that any stack gives it, with ids and ARNs made up for what they refer to."""
    found: dict[str, Json] = {}
    for document in documents:
        for kind, members in document["resource"].items():
            for body in members.values():
                own = {key: value for key, value in body.items() if key not in META}
                found[kind] = {**literal(own), **found.get(kind, {})}
    return {kind: {**body, **BASE.get(kind, {})} for kind, body in found.items()}


META: Final = ("count", "depends_on", "lifecycle", "provider")
BASE: Final[dict[str, Json]] = {
    "aws_db_instance": {"replicate_source_db": None, "password_wo": None, "password_wo_version": None, "iops": None,
                        "storage_throughput": None},
    "aws_ecs_service": {"capacity_provider_strategy": None, "launch_type": "FARGATE"},
    "aws_route53_record": {"alias": None, "name": "a.example.com", "type": "A", "ttl": 60, "records": ["192.0.2.1"]},
    "aws_secretsmanager_secret_version": {"secret_string_wo": "x"},
    "aws_vpc_security_group_ingress_rule": {"cidr_ipv4": "10.0.0.0/16", "referenced_security_group_id": None,
                                            "prefix_list_id": None},
    "aws_vpc_security_group_egress_rule": {"cidr_ipv4": "10.0.0.0/16", "referenced_security_group_id": None,
                                           "prefix_list_id": None},
    "aws_vpc_endpoint": {"vpc_endpoint_type": "Interface", "route_table_ids": None},
    "aws_route": {"gateway_id": None, "nat_gateway_id": "nat-0123456789abcdef0"},
    "aws_s3_bucket_lifecycle_configuration": {},
}  # fmt: skip
"""What of a type's arguments cannot stand together."""
MORE: Final[dict[tuple[str, str], list[Any]]] = {
    ("aws_ecs_service", "capacity_provider_strategy"): [[{"capacity_provider": "FARGATE_SPOT", "weight": 1}]],
    ("aws_ecs_service", "launch_type"): ["EC2"],
    ("aws_ecs_task_definition", "container_definitions"): ['[{"name":"b","image":"b"}]'],
    ("aws_ecs_task_definition", "requires_compatibilities"): [["FARGATE", "EC2"]],
    ("aws_db_instance", "engine_version"): ["17.2"],
    ("aws_db_instance", "manage_master_user_password"): [None],
    ("aws_lb_target_group", "protocol"): ["HTTPS"],
    ("aws_route53_record", "type"): ["CNAME"],
}
"""Changes that a general rule does not make."""


def literal(value: Any) -> Any:
    """A value in which every reference has become an id, an ARN or a name of its type."""
    if isinstance(value, dict):
        return {key: literal(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [literal(inner) for inner in value]
    return re.sub(r"\$\{([^}]*)\}", _made_up, value) if isinstance(value, str) else value


def _made_up(found: "re.Match[str]") -> str:
    expression = found[1]
    kind = re.match(r"(?:data\.)?(aws_\w+)\.", expression)
    if not kind:
        return "x"
    if expression.endswith("arn"):
        return ARNS.get(kind[1], f"arn:aws:ecs:us-east-1:{ACCOUNT}:thing/a")
    if expression.endswith("account_id"):
        return ACCOUNT
    return IDS.get(kind[1], "a") if expression.endswith(".id") else "a"


ELB: Final = f"arn:aws:elasticloadbalancing:us-east-1:{ACCOUNT}"
ARNS: Final = {
    "aws_iam_role": f"arn:aws:iam::{ACCOUNT}:role/a",
    "aws_lb": f"{ELB}:loadbalancer/app/a/0123456789abcdef",
    "aws_lb_listener": f"{ELB}:listener/app/a/0123456789abcdef/0123456789abcdef",
    "aws_lb_target_group": f"{ELB}:targetgroup/a/0123456789abcdef",
    "aws_sns_topic": f"arn:aws:sns:us-east-1:{ACCOUNT}:a",
}
IDS: Final = {
    "aws_vpc": "vpc-0123456789abcdef0",
    "aws_subnet": "subnet-0123456789abcdef0",
    "aws_security_group": "sg-0123456789abcdef0",
    "aws_route_table": "rtb-0123456789abcdef0",
    "aws_internet_gateway": "igw-0123456789abcdef0",
    "aws_nat_gateway": "nat-0123456789abcdef0",
    "aws_eip": "eipalloc-0123456789abcdef0",
}


def variants_of(kind: str, body: Json, schema: Json) -> Iterator[Variant]:
    """The resource as it is, and once for each argument that can be changed."""
    block = schema["block"]
    emitted = set(body)
    body = {key: value for key, value in body.items() if value is not None}
    yield Variant(kind, f"{kind}-0", (), body)
    number = 0
    for name, argument in block.get("attributes", {}).items():
        if (
            name not in emitted
            or name in NOT_OURS
            or argument.get("deprecated")
            or not (argument.get("optional") or argument.get("required"))
        ):
            continue
        number += 1
        choices = [*MORE.get((kind, name), []), *candidates(body.get(name), argument["type"])]
        yield Variant(kind, f"{kind}-{number}", (name,), body, choices)
    for name in block.get("block_types", {}):
        first = blocks(body.get(name))
        body[name] = first if name in body else None
        for key, value in (first[0] if first else {}).items():
            if isinstance(value, str | int | bool):
                number += 1
                inner = {**body, name: first}
                yield Variant(kind, f"{kind}-{number}", (name, key), inner, candidates(value, type_of(value)))
        if (kind, name) in MORE:
            number += 1
            yield Variant(kind, f"{kind}-{number}", (name,), body, list(MORE[kind, name]))


def blocks(value: Any) -> list[Any]:
    """The blocks of a name, however many there are."""
    return value if isinstance(value, list) else [] if value is None else [value]


def type_of(value: Any) -> Any:
    """The type of a plain value, as a schema has it."""
    return "bool" if isinstance(value, bool) else "number" if isinstance(value, int) else "string"


def candidates(value: Any, kind: Any) -> list[Any]:
    """Other values of an argument, the likeliest first."""
    if kind == "bool":
        return [value is not True and value != "true"]
    if kind == "number":
        known = int(value) if value is not None else 0
        return [known + 1, known + 10, known * 2 + 1, max(known - 1, 1), 100, 1000]
    if isinstance(kind, list) and kind[0] in ("list", "set") and kind[1] == "string":
        first = value[0] if value else ""
        return [[each] for each in candidates(first, "string")]
    if isinstance(kind, list) and kind[0] == "map":
        return [{"a": "b"}]
    if kind != "string":
        return []
    return [each for each in (*_near(str(value or "")), *TEXTS) if each != value]


def _near(value: str) -> Iterator[str]:
    """Values that look like this one."""
    if value.startswith("arn:"):
        yield value.replace(ACCOUNT, "444455556666") if ACCOUNT in value else f"{value}x"
    if re.fullmatch(r"[\d.]+/\d+", value):
        yield "10.77.0.0/16"
    if value.isdigit():
        yield str(int(value) + 1)
    if re.fullmatch(r"[a-z]+-[0-9a-f]{17}", value):
        yield f"{value[:-1]}{'1' if value[-1] != '1' else '2'}"
    if value:
        yield f"{value}x"
        yield f"x{value}"
        yield f"x.{value}"


def planned(
    folder: Path, variants: list[Variant], versions: Mapping[str, int]
) -> tuple[dict[str, bool], list[Variant]]:
    """Whether each variant is replaced in the argument that it changes, and those that the provider takes nowhere."""
    write(folder / "terraform.tfstate", state(variants, versions))
    unknown = [each for each in variants if each.path and not each.candidates]
    left = [each for each in variants if each not in unknown]
    write(folder / "main.tf.json", configuration(left))
    started = init(folder)
    assert started.returncode == 0, started.stderr
    for attempt in range(ROUNDS):
        write(folder / "main.tf.json", configuration(left))
        done = run(folder, "plan", "-json", "-refresh=false", "-lock=false", "-input=false", "-out=planned")
        if done.returncode == 0:
            return outcome(folder), unknown
        refused = errors(done.stdout)
        assert refused, done.stdout[-2000:] + done.stderr
        for each in [one for one in left if one.name in refused]:
            advance(each, refused[each.name])
            if not each.candidates or attempt > ROUNDS // 2 or CONFLICT.search(refused[each.name]):
                left.remove(each)
                unknown.append(each)
    raise AssertionError(f"the provider still refuses: {refused}")


def advance(variant: Variant, message: str) -> None:
    """Try the next value; where the provider says which it takes, one of those."""
    tried, *rest = variant.candidates or [None]
    said = [each for each in ONE_OF.findall(message) if each not in (tried, *variant.path, str(tried))]
    now = variant.body.get(variant.path[-1]) if variant.path else None
    offered = [each for each in said if each != now] if "one of" in message or "valid values" in message.lower() else []
    variant.candidates = [*offered[:1], *(each for each in rest if each not in offered)] if variant.path else []


def errors(lines: str) -> dict[str, str]:
    """What the provider has against a resource, by its name."""
    found: dict[str, str] = {}
    for line in lines.splitlines():
        diagnostic = json.loads(line).get("diagnostic") or {}
        if diagnostic.get("severity") != "error":
            continue
        address = diagnostic.get("address") or ((diagnostic.get("snippet") or {}).get("context") or "")
        name = re.search(r"aws_\w+-\d+", address) or re.search(r"aws_\w+-\d+", json.dumps(diagnostic))
        assert name, diagnostic
        found[name[0]] = found.get(name[0], "") + diagnostic["summary"] + diagnostic.get("detail", "")
    return found


def outcome(folder: Path) -> dict[str, bool]:
    """Which variants the plan replaces, by the path that they changed."""
    shown = run(folder, "show", "-json", "planned")
    assert shown.returncode == 0, shown.stderr
    changes = json.loads(shown.stdout)["resource_changes"]
    by_name = {each["name"]: {path[0] for path in each["change"].get("replace_paths", ())} for each in changes}
    plain = {name.rpartition("-")[0]: paths for name, paths in by_name.items() if name.endswith("-0")}
    return {name: bool(paths - plain.get(name.rpartition("-")[0], set())) for name, paths in by_name.items()}


def configuration(variants: list[Variant]) -> Json:
    """All variants as one configuration, with a provider that asks nobody."""
    provider = {
        "region": "us-east-1", "access_key": "x", "secret_key": "x", "skip_credentials_validation": True,
        "skip_requesting_account_id": True, "skip_metadata_api_check": True, "skip_region_validation": True,
    }  # fmt: skip
    resources: Json = {}
    for each in variants:
        resources.setdefault(each.kind, {})[each.name] = escaped(each.changed())
    pinned = {"required_providers": {"aws": {"source": "hashicorp/aws", "version": VERSION}}}
    return {"terraform": pinned, "provider": {"aws": provider}, "resource": resources}


def escaped(value: Any) -> Any:
    """A value that Terraform takes literally."""
    if isinstance(value, dict):
        return {key: escaped(inner) for key, inner in value.items() if inner is not None}
    if isinstance(value, list):
        return [escaped(inner) for inner in value]
    return value.replace("${", "$${").replace("%{", "%%{") if isinstance(value, str) else value


def state(variants: list[Variant], versions: Mapping[str, int]) -> Json:
    """A state that has every variant as it was before its change."""
    resources = [
        {
            "mode": "managed", "type": each.kind, "name": each.name,
            "provider": 'provider["registry.terraform.io/hashicorp/aws"]',
            "instances": [{"schema_version": versions[each.kind], "attributes": {**each.body, "id": "x"}}],
        }
        for each in variants
    ]  # fmt: skip
    return {"version": 4, "terraform_version": "1.11.0", "serial": 1, "lineage": "x", "resources": resources}


def write(path: Path, document: Json) -> None:
    """Write a document for Terraform."""
    path.write_text(json.dumps(document), encoding="utf-8")


def documents() -> list[Json]:
    """The generated stacks, and one that uses every key of the language."""
    paths = sorted((ROOT / "generated").glob("*/main.tf.json"))
    spec = ROOT / "tests" / "live" / "everything.yaml"
    (build,) = compile_spec(spec.read_bytes(), spec.name).builds
    assert build.graph
    return [
        *(json.loads(path.read_text(encoding="utf-8")) for path in paths),
        synthesize(build.graph, "", "everything"),
    ]


def renew(kind: str, arguments: list[str]) -> None:
    """Write the field `replaced_by` of a kind's file."""
    path = KINDS / f"{kind}.py"
    text = path.read_text(encoding="utf-8")
    listed = ", ".join(map(json.dumps, arguments)) + ("," if len(arguments) == 1 else "")
    line = f"    replaced_by=({listed}),\n" if arguments else ""
    text = re.sub(r"    replaced_by=\([^)]*\),\n", "", text)
    path.write_text(text.replace(f'    type="{kind}",\n', f'    type="{kind}",\n{line}'), encoding="utf-8")


if __name__ == "__main__":
    replaced, unclear = recorded(documents(), {each for each in sys.argv[1:] if each.startswith("aws_")} or None)
    sys.stdout.write(json.dumps({"replaced_by": replaced, "not known": unclear}, indent=1) + "\n")
    if "--write" in sys.argv:
        for kind, arguments in replaced.items():
            renew(kind, arguments)
