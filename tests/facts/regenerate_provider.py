"""Writes compiler/stage3c/aws/facts/provider.json anew: the provider's own schema, cut down to the types in use.

Run it from the repository's root: `python3 -m tests.facts.regenerate_provider`. It asks the real provider, so it needs
Terraform; the version is the oldest one that the generated code admits.
"""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.conftest import ROOT
from tests.terraform import init, run

FACTS = ROOT / "compiler" / "stage3c" / "aws" / "facts"
VERSION = "5.100.0"
READ_ON = "2026-11-23"
KINDS = {"resource": "resource_schemas", "data": "data_source_schemas", "ephemeral": "ephemeral_resource_schemas"}
FLAGS = {"required": "r", "optional": "o", "computed": "c", "deprecated": "d", "write_only": "w"}
ABOUT = [
    "An argument is [flags, type]; flags: r required, o optional, c computed, d deprecated, w write-only.",
    "A block is [nesting, items_min, items_max, members]; an items_max of 0 is no limit.",
]

Json = dict[str, Any]


def provider_facts() -> str:
    """Ask the provider for its schema and keep what of it is in use, as the text of the facts file."""
    types = json.loads((FACTS / "provider_types.json").read_text(encoding="utf-8"))
    schemas = provider_schema()
    source = f"terraform providers schema -json, hashicorp/aws {VERSION}"
    facts = {kind: {name: members(schemas[key][name]["block"]) for name in types[kind]} for kind, key in KINDS.items()}
    return as_text({"source": source, "read_on": READ_ON, "about": ABOUT}, facts)


def provider_schema() -> Json:
    """The whole schema of the provider, as Terraform prints it."""
    pinned = {"aws": {"source": "hashicorp/aws", "version": VERSION}}
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "main.tf.json").write_text(
            json.dumps({"terraform": {"required_providers": pinned}}), encoding="utf-8"
        )
        for done in (init(Path(folder)), run(Path(folder), "providers", "schema", "-json")):
            if done.returncode != 0:
                sys.exit(done.stderr)
    schemas: Json = json.loads(done.stdout)["provider_schemas"]["registry.terraform.io/hashicorp/aws"]
    return schemas


def members(block: Json) -> Json:
    """The arguments and blocks of a block, by name."""
    arguments = {name: [flags(argument), argument["type"]] for name, argument in block.get("attributes", {}).items()}
    blocks = {
        name: [inner["nesting_mode"], inner.get("min_items", 0), inner.get("max_items", 0), members(inner["block"])]
        for name, inner in block.get("block_types", {}).items()
    }
    return dict(sorted({**arguments, **blocks}.items()))


def flags(argument: Json) -> str:
    """What the schema says of an argument, a letter each."""
    return "".join(letter for name, letter in FLAGS.items() if argument.get(name))


def as_text(header: Json, facts: Json) -> str:
    """One argument a line, so that a new provider is a diff that a person can read."""
    text = json.dumps(header, indent=1)[:-2]
    for kind, types in facts.items():
        listed = (f"  {json.dumps(name)}: {{\n{_lines(known)}\n  }}" for name, known in types.items())
        text += f",\n {json.dumps(kind)}: {{\n" + ",\n".join(listed) + "\n }"
    return text + "\n}\n"


def _lines(known: Json) -> str:
    return ",\n".join(
        f"   {json.dumps(name)}: {json.dumps(fact, separators=(',', ':'))}" for name, fact in known.items()
    )


if __name__ == "__main__":
    (FACTS / "provider.json").write_text(provider_facts(), encoding="utf-8")
