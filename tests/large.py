"""A spec of any number of services, and Terraform of any number of resources, for benchmarks and properties of size."""

import re
from typing import Any

import yaml

from tests.conftest import ROOT

PER_BALANCER = 50  # a security group holds 60 rules a direction


_BLOCK = re.compile(r'^(?:resource|data) "(\w+)" "(\w+)".*?^}$', re.MULTILINE | re.DOTALL)


def large_folder(resources: int) -> str:
    """A stack with its resources over and over under other names, at least this many, as HCL."""
    home = ROOT / "tests" / "stacks" / "separate_rules"
    text = "\n".join(path.read_text(encoding="utf-8") for path in sorted(home.glob("*.tf")))
    blocks = list(_BLOCK.finditer(text))
    copies = [text]
    while text.count("\nresource ") * len(copies) < resources:
        copy = "\n".join(block[0] for block in blocks)
        for kind, name in {block.groups() for block in blocks}:
            copy = copy.replace(f'"{kind}" "{name}"', f'"{kind}" "{name}_{len(copies)}"')
            copy = re.sub(rf"\b{kind}\.{name}\b", f"{kind}.{name}_{len(copies)}", copy)
        copies.append(copy)
    return "\n".join(copies)


def large_spec(services: int) -> str:
    """The rules' example with this many services behind as many internal load balancers as they need, as YAML."""
    spec: dict[str, Any] = yaml.safe_load(
        (ROOT / "compiler" / "stage3c" / "rules" / "example.yaml").read_text(encoding="utf-8")
    )
    spec["network"]["subnets"]["private"]["cidrs"] = ["10.0.64.0/18", "10.0.128.0/18"]
    api = spec["services"].pop("api")
    for number in range(services - 1):
        balancer = f"internal-{number // PER_BALANCER}"
        spec["load_balancers"][balancer] = {"scheme": "internal", "subnets": "private"}
        name = f"api-{number:03}"
        # Of 200 automatic priorities, two are likely to be equal, which is an error.
        route = {"name": balancer, "paths": [f"/{name}", f"/{name}/*"], "priority": number + 1}
        spec["services"][name] = {**api, "build": f"services/{name}", "load_balancer": route}
        if number >= PER_BALANCER:
            spec["services"][name] = {
                **spec["services"][name],
                "uses": [],
                "secrets": {},
                "health": {"ready": "/ready"},
            }
    spec["load_balancers"].pop("internal")
    spec["services"]["web"]["calls"] = {"API_URL": "api-000"}
    return yaml.safe_dump(spec, sort_keys=False)
