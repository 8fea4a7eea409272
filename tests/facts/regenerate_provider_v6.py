"""Writes compiler/stage3c/aws/facts/provider_v6.json anew: what provider 6.x no longer takes or gives, of the types in use.

Run it from the repository's root, after regenerate_provider: `python3 -m tests.facts.regenerate_provider_v6`. It
downloads the bindings of the newest provider from PyPI, 70 MB, and reads the description of their types, since these
name every argument of every type.
"""

import json
import re
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path
from typing import Any

from tests.conftest import ROOT

FACTS = ROOT / "compiler" / "stage3c" / "aws" / "facts"
PACKAGE = "cdktn-provider-aws"
READ_ON = "2026-11-23"
ABOUT = [
    "What provider.json has and the newest provider has not, and what only the newest one requires.",
    "`arguments` may no longer be set, with the path of blocks before the name; `attributes` may no longer be read.",
]
FOLDERS = {"resource": "resources", "data": "data-sources", "ephemeral": "ephemeral-resources"}

_LINK = re.compile(r"providers/hashicorp/aws/([\d.]+)/docs/([a-z-]+)/\S+?(?:#(\w+))? (\w+)")

Json = dict[str, Any]


def regenerate() -> None:
    """Compare the schema that we emit for with the newest provider's bindings, and write the difference."""
    old = json.loads((FACTS / "provider.json").read_text(encoding="utf-8"))
    types = download()
    version, classes = index(types)
    facts: Json = {"source": f"PyPI {PACKAGE}, hashicorp/aws {version}", "read_on": READ_ON, "about": ABOUT}
    for kind in FOLDERS:
        found = {name: difference(known, classes.get((kind, name)), types) for name, known in old[kind].items()}
        facts[kind] = {name: changes for name, changes in found.items() if changes}
    (FACTS / "provider_v6.json").write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")


def download() -> Json:
    """The types of the bindings, by their full name."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder, PACKAGE]
        subprocess.run(command, check=True)
        with zipfile.ZipFile(next(Path(folder).glob("*.whl"))) as wheel:
            archive = next(name for name in wheel.namelist() if name.endswith(".jsii.tgz"))
            with wheel.open(archive) as packed, tarfile.open(fileobj=packed) as files:
                description = files.extractfile("package/.jsii")
                assert description is not None
                types: Json = json.load(description)["types"]
                return types


def index(types: Json) -> tuple[str, dict[tuple[str, str], Json]]:
    """The classes by kind and Terraform type, and the provider's version; both stand in the link of each class."""
    classes, version = {}, ""
    for described in types.values():
        link = _LINK.search(described.get("docs", {}).get("summary", "")) if described["kind"] == "class" else None
        if link and link[4].startswith("aws_"):
            version = link[1]
            kind = next((kind for kind, folder in FOLDERS.items() if folder == link[2]), link[2])
            classes[kind, link[4]] = described
    return version, classes


def difference(known: Json, described: Json | None, types: Json) -> Json:
    """What a type lost on the way to the newest provider, and what it now requires."""
    if described is None:
        return {"gone": True}
    config = types[described["initializer"]["parameters"][2]["type"]["fqn"]]
    new = dict(arguments(config, types))
    old = dict(settable(known))
    read = {property_["name"].lower() for property_ in described["properties"]} | {"id"}
    changes = {
        "arguments": sorted(name for name in old if name not in new),
        "attributes": sorted(name for name in known if name.replace("_", "") not in read),
        "required": sorted(
            name for name, required in new.items() if required and not old.get(name) and _in_old(name, old)
        ),
    }
    return {name: names for name, names in changes.items() if names}


def _in_old(name: str, old: dict[str, bool]) -> bool:
    """Tell whether the block that an argument stands in is one that we may emit."""
    return "." not in name or name.rpartition(".")[0] in old


def arguments(config: Json, types: Json, prefix: str = "") -> list[tuple[str, bool]]:
    """Every argument of a config with its path, and whether it is required."""
    listed = []
    for member in config.get("properties", ()):
        docs = member.get("docs", {})
        link = _LINK.search(f"{docs.get('summary', '')} {docs.get('remarks', '')}")
        if link is None or link[3] is None:
            assert not prefix, f"{config['fqn']}.{member['name']} names no argument"
            continue
        path = prefix + link[3]
        listed.append((path, not member.get("optional", False)))
        for name in set(re.findall(r'"fqn": "(@[^"]+)"', json.dumps(member["type"]))):
            listed += arguments(types[name], types, f"{path}.")
    return listed


def settable(known: Json, prefix: str = "") -> list[tuple[str, bool]]:
    """Every argument and block of a type in provider.json that may be set, and whether it must be."""
    listed = []
    for name, fact in known.items():
        if len(fact) == 2:
            if "o" in fact[0] or "r" in fact[0]:
                listed.append((prefix + name, "r" in fact[0]))
        else:
            listed += [(prefix + name, fact[1] > 0), *settable(fact[3], f"{prefix}{name}.")]
    return listed


if __name__ == "__main__":
    regenerate()
