"""A Terraform that applies nothing: it knows which addresses are there, and which outputs have a value after an apply."""

import json
import re
import sys
from pathlib import Path
from typing import Any

from tests.stand_ins import fail, folder, record


def main() -> None:
    """Do what is asked, or fail as Terraform would."""
    command, *rest = [each for each in record("terraform") if not each.startswith("-chdir=")]
    if command == "init":
        (folder() / "initialized").touch()
    elif command in {"plan", "apply"}:
        targets = [each.removeprefix("-target=") for each in rest if each.startswith("-target=")]
        apply(targets, keep=command == "apply")
    elif command == "output":
        sys.stdout.write(output(*rest))


def apply(targets: list[str], *, keep: bool) -> None:
    """Check the addresses, and note what there is once they are applied with all that they need."""
    if not (folder() / "initialized").exists():
        fail("terraform init was not run")
    nodes = graph()
    unknown = [each for each in targets if each not in nodes]
    if unknown:
        fail(f"no such address: {', '.join(unknown)}")
    if keep:
        made = needed(nodes, targets or list(nodes)) | applied()
        (folder() / "applied.json").write_text(json.dumps(sorted(made)), encoding="utf-8")


def applied() -> set[str]:
    """The addresses that were applied."""
    path = folder() / "applied.json"
    return set(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else set()


def output(form: str, name: str) -> str:
    """The value of an output, once all of it is applied."""
    values = json.loads((folder() / "outputs.json").read_text(encoding="utf-8"))
    if name not in values:
        fail(f"no output {name}")
    missing = mentioned(document()["output"][name], graph()) - applied()
    if missing:
        fail(f"output {name} has no value before these are applied: {', '.join(sorted(missing))}")
    if form == "-raw" and not isinstance(values[name], str):
        fail(f"output {name} is no text, so that -raw refuses it")
    return str(values[name]) if form == "-raw" else json.dumps(values[name])


def document() -> Any:
    """The configuration of the folder."""
    return json.loads(Path("main.tf.json").read_text(encoding="utf-8"))


def graph() -> dict[str, Any]:
    """The body of each resource and local by its address."""
    told = document()
    resources = {
        f"{kind}.{name}": body for kind, named in told.get("resource", {}).items() for name, body in named.items()
    }
    return {**resources, **{f"local.{name}": body for name, body in told.get("locals", {}).items()}}


def mentioned(body: Any, nodes: dict[str, Any]) -> set[str]:
    """The addresses that a body refers to."""
    return {each for each in re.findall(r"[a-z_0-9]+\.[\w-]+", json.dumps(body)) if each in nodes}


def needed(nodes: dict[str, Any], targets: list[str]) -> set[str]:
    """The targets with everything that they need."""
    found: set[str] = set()
    waiting = list(targets)
    while waiting:
        each = waiting.pop()
        if each not in found:
            found.add(each)
            waiting += mentioned(nodes[each], nodes)
    return found


if __name__ == "__main__":
    main()
