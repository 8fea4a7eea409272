"""Rehearse every spec of `specs/`, each from nothing to nothing: `python -m tests.rehearsal.all_specs [SPEC …]`.

Of a spec with environments each is rehearsed. Prints what stands in for what; exits 1 unless all end without a failure.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from stage3c.pipeline import compile_spec

from tests import terraform
from tests.conftest import ROOT


def stacks(words: list[str]) -> Iterator[tuple[Path, list[str]]]:
    """Every spec with the options that choose one of its stacks."""
    for spec in sorted((ROOT / "specs").glob("*.yaml")):
        if words and spec.stem not in words:
            continue
        builds = compile_spec(spec.read_bytes(), str(spec)).builds
        for build in builds:
            yield spec, ["--env", build.environment] if len(builds) > 1 else []


def rehearsed(spec: Path, options: list[str], logs: Path) -> dict[str, Any]:
    """The result of one rehearsal; it is shown as it goes."""
    words = ["rehearse", str(spec.relative_to(ROOT)), *options, "--logs", str(logs), "--format", "json"]
    done = subprocess.run(
        [sys.executable, "-m", "stage3c", *words], stdout=subprocess.PIPE, text=True, check=False, cwd=ROOT,
        env=terraform.environment(),
    )  # fmt: skip
    found: dict[str, Any] = json.loads(done.stdout or "{}")
    if "steps" in found:
        return found
    return {"stack": spec.stem, "passed": False, "steps": [], "cause": f"exit code {done.returncode} without a table"}


def told(result: dict[str, Any]) -> Iterator[str]:
    """A line for the rehearsal, and one for each of its services and its failure."""
    seconds = sum(step["seconds"] for step in result["steps"])
    yield f"{'clean' if result['passed'] else 'FAILED'} {result['stack']} ({seconds:.0f} s)"
    if "cause" in result:
        yield f"    {result['cause']}"
    for step in result["steps"]:
        if step["name"] in {"services", "checks"}:
            yield from (f"    {note}" for note in step["notes"])
        if step["cause"]:
            yield f"    {step['name']}: {step['cause']}"


def main(words: list[str]) -> int:
    results = []
    with tempfile.TemporaryDirectory() as logs:
        for spec, options in stacks(words):
            results.append(rehearsed(spec, options, Path(logs)))
            sys.stdout.write("".join(f"{line}\n" for line in told(results[-1])))
            sys.stdout.flush()
    clean = sum(bool(each["passed"]) for each in results)
    sys.stdout.write(f"{clean} of {len(results)} rehearse clean\n")
    return int(clean != len(results))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
