"""Rehearsals in a row, some of them killed: `python -m tests.rehearsal.repeat --runs 20 --kills 5 [--seed N] [--spec FILE]`.

Those that are not killed must end without a failure, and after each of them nothing may be left: no process, and with it no port
and no namespace, no mount, and no temporary folder. Prints a line for each, and exits 1 unless all is well.
"""

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests import terraform
from tests.conftest import ROOT

SPEC = ROOT / "specs" / "minimal.yaml"
MARK = "STAGE3C_REPEATED"
LEAVE_MAX_SECONDS = 30
FIRST_KILL_MAX_SECONDS = 200.0
"""How late the first kill may come if no run has shown yet how long one takes."""


def processes_of(folder: Path) -> Iterator[int]:
    """Every process that was started for the rehearsals: by its environment, or as what works in the folder."""
    mark = f"{MARK}={folder}".encode()
    for each in Path("/proc").iterdir():
        if not each.name.isdecimal() or int(each.name) == os.getpid():
            continue
        try:
            ours = mark in (each / "environ").read_bytes().split(b"\0") or str((each / "cwd").readlink()).startswith(
                str(folder)
            )
            is_over = (each / "stat").read_text().rpartition(")")[2].split()[0] == "Z"
        except OSError:  # it has ended meanwhile, or is somebody else's
            continue
        if ours and not is_over:
            yield int(each.name)


def leftovers(folder: Path) -> list[str]:
    """What is there of rehearsals whose temporary files are in a folder."""
    found = [f"process {number}" for number in processes_of(folder)]
    mounts = Path("/proc/self/mountinfo").read_text(encoding="utf-8").splitlines()
    found += [f"mount {line.split()[4]}" for line in mounts if str(folder) in line]
    return found + [str(each) for each in (folder / "temporary").iterdir()]


def left_after(folder: Path) -> list[str]:
    """The same after the keeper has had its time."""
    end = time.monotonic() + LEAVE_MAX_SECONDS
    while (found := leftovers(folder)) and time.monotonic() < end:
        time.sleep(0.2)
    return found


def run(spec: Path, folder: Path, kill_after: float | None) -> tuple[int, float]:
    """Rehearse once, and kill it at a moment; the exit code and the seconds."""
    command = [sys.executable, "-m", "stage3c", "rehearse", str(spec), "--logs", str(folder / "logs")]
    more = {"TMPDIR": str(folder / "temporary"), MARK: str(folder)}
    began = time.monotonic()
    with (folder / "output.txt").open("w", encoding="utf-8") as output:
        process = subprocess.Popen(
            command, stdout=output, stderr=output, env={**terraform.environment(), **more}, cwd=folder
        )
        try:
            process.wait(kill_after)
        except subprocess.TimeoutExpired:
            process.kill()
        except BaseException:
            process.terminate()
            raise
        return process.wait(), time.monotonic() - began


def options(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tests.rehearsal.repeat")
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--kills", type=int, default=5)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--spec", type=Path, default=SPEC)
    return parser.parse_args(words)


def main(words: list[str]) -> int:
    asked = options(words)
    chance = random.Random(asked.seed)  # noqa: S311 - which moment is no secret
    killed = {*chance.sample(range(asked.runs), asked.kills)}
    bad, longest = 0, 0.0
    sys.stdout.write(f"{asked.runs} rehearsals of {asked.spec}, {asked.kills} killed, seed {asked.seed}\n")
    for number in range(asked.runs):
        with tempfile.TemporaryDirectory(prefix="repeated-") as name:
            folder = Path(name)
            (folder / "temporary").mkdir()
            moment = chance.uniform(0, longest or FIRST_KILL_MAX_SECONDS) if number in killed else None
            code, seconds = run(asked.spec.resolve(), folder, moment)
            longest = longest if moment else max(longest, seconds)
            left = left_after(folder)
            is_right = not left and (moment is not None or code == 0)
            bad += not is_right
            said = "" if moment is not None or code == 0 else (folder / "output.txt").read_text(encoding="utf-8")
            how = f"killed after {seconds:.0f} s" if code < 0 else f"exit code {code} after {seconds:.0f} s"
            sys.stdout.write(
                f"{number + 1:>3} {'ok' if is_right else 'BAD'} {how}; left: {', '.join(left) or 'nothing'}\n{said}"
            )
            sys.stdout.flush()
    sys.stdout.write(f"{asked.runs - bad} of {asked.runs} are as they should be\n")
    return int(bool(bad))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
