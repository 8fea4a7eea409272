"""How many breaks of the proofs' own code the tests notice: `python -m tests.code_mutation [PACKAGE …] [--sample N] [--seed S]`.

Breaks one operator, condition, constant or statement of `reach`, `policy` or `readers` at a time and runs the tests that reach
that line, the quickest first. Prints the share that is noticed per package, and each break that is not.

Why a script of our own: mutmut 3 copies the sources and imports the package from the copy, which `tests/conftest.py` and the
paths of `pyproject.toml` do not survive, and it works on functions alone, so that tables of module level are never broken.
cosmic-ray starts one pytest for each break, 3 s of imports each, and does not choose tests. Here a process that has run all
tests once forks for each break, and puts the broken code into the functions that are there.
"""

import argparse
import ast
import contextlib
import functools
import gc
import importlib
import os
import random
import signal
import sys
import time
from collections import defaultdict
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType, FunctionType, ModuleType
from typing import Any

import pytest

from tests.code_mutants import CodeMutant, code_mutant, count_of

ROOT = Path(__file__).parents[1]
PACKAGES = {
    "reach": ("tests/reach", "tests/test_cases.py", "tests/test_unevaluated.py"),
    "policy": ("tests/policy", "tests/test_cases.py", "tests/test_unevaluated.py"),
    "readers": ("tests/readers", "tests/test_cases.py", "tests/test_provider_schema.py"),
}
"""The tests of each package: its own and the cases. Those of the rules would notice more, but not say where the fault is."""
SECONDS_MAX = 120
LISTED = ROOT / "tests" / "code_survivors.txt"
Lines = dict[str, set[int]]


@dataclass(slots=True)
class Covered:
    """Which lines each test runs, and how long it takes."""

    lines: dict[str, Lines] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    def choose(self, module: str, line: int) -> list[str]:
        """The tests that run a line, the quickest first; where none does, as at import, those of the module."""
        own = [test for test, lines in self.lines.items() if line in lines.get(module, set())]
        tests = own or [test for test, lines in self.lines.items() if module in lines]
        return sorted(tests, key=self.seconds.__getitem__)


class Tracer:
    """A plugin of pytest's that records the lines of some files that each test runs."""

    def __init__(self, files: Sequence[str]) -> None:
        """Files by their path."""
        self._files = frozenset(files)
        self._now: Lines = {}
        self.covered = Covered()
        self.failed: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Remember what fails."""
        self.failed += [report.nodeid] if report.failed else []

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """Trace one test."""
        self._now = defaultdict(set)
        start = time.process_time()
        sys.settrace(self._enter)
        try:
            return (yield)
        finally:
            sys.settrace(None)
            self.covered.lines[item.nodeid] = {name: set(lines) for name, lines in self._now.items()}
            self.covered.seconds[item.nodeid] = time.process_time() - start

    def _enter(self, frame: FrameType, event: str, _: object) -> Any:
        if event != "call" or frame.f_code.co_filename not in self._files:
            return None
        lines = self._now[frame.f_code.co_filename]

        def step(inner: FrameType, event: str, _: object) -> Any:
            if event == "line":
                lines.add(inner.f_lineno)
            return step

        lines.add(frame.f_lineno)
        return step


def put_in(module: ModuleType, tree: ast.Module) -> None:
    """Give the functions of an imported module the code of a broken one, so that whoever imported them runs that.

    A table, a constant, or a struct with another default is replaced wherever it was imported under its own name.
    """
    broken = dict(module.__dict__)
    exec(compile(tree, str(module.__file__), "exec"), broken)  # noqa: S102 - our own source
    for name, new in broken.items():
        old = module.__dict__.get(name)
        if isinstance(old, type) and isinstance(new, type) and old.__module__ == module.__name__:
            if _defaults(old) != _defaults(new):
                _put_everywhere(module, name, old, new)
                _forget_tests()
            for inner, value in vars(new).items():
                _replace(vars(old).get(inner), value)
        elif not _replace(old, new) and getattr(new, "__module__", module.__name__) == module.__name__:
            _put_everywhere(module, name, old, new)
    for each in gc.get_objects():
        if isinstance(each, functools._lru_cache_wrapper):  # noqa: SLF001 - what was kept came of the code as it was
            each.cache_clear()


def _put_everywhere(module: ModuleType, name: str, old: object, new: object) -> None:
    for home in list(sys.modules.values()):
        if home is module or (name[0] != "_" and old is not None and vars(home).get(name) is old):
            setattr(home, name, new)


def _defaults(kind: type) -> list[object]:
    """The plain defaults of a struct, which nothing can change in a class that is there."""
    return [each for each in getattr(kind, "__struct_defaults__", ()) if isinstance(each, str | int | float | None)]


def _forget_tests() -> None:
    """Have the tests imported once more: what they made of a class is no instance of the one that takes its place."""
    for name in [each for each in sys.modules if each.startswith("tests.")]:
        del sys.modules[name]


def _replace(old: object, new: object) -> bool:
    """Put new code into an old function, also where a property or a cache is around it."""
    for around in ("fget", "func", "__wrapped__"):
        if isinstance(getattr(old, around, None), FunctionType):
            old, new = getattr(old, around), getattr(new, around)
    if not (isinstance(old, FunctionType) and isinstance(new, FunctionType)):
        return False
    if len(old.__code__.co_freevars) != len(new.__code__.co_freevars):
        return False
    old.__code__, old.__defaults__, old.__kwdefaults__ = new.__code__, new.__defaults__, new.__kwdefaults__
    return True


def main() -> None:
    """Break, test, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("packages", nargs="*", help="packages to break (default: all)")
    parser.add_argument("--sample", type=int, help="breaks per package, at random (default: all of them)")
    parser.add_argument("--seed", type=int, default=0, help="seed of the sample (default: 0)")
    parser.add_argument("--seconds", type=int, default=0, help="stop after this time per package (default: no limit)")
    given = parser.parse_args()
    for package in given.packages or PACKAGES:
        _judge(package, given.sample, given.seed, given.seconds)


def _judge(package: str, sample: int | None, seed: int, seconds: int) -> None:
    files = sorted((ROOT / "compiler" / "stage3c" / package).glob("*.py"))
    every = [(path, number) for path in files for number in range(count_of(path.read_text(encoding="utf-8")))]
    chosen = _sample(every, sample, seed)
    covered = _covered([str(path) for path in files], PACKAGES[package])
    accepted, survivors, killed, excused, end = _accepted(), [], 0, 0, time.monotonic() + (seconds or 10**9)
    for path, number in chosen:
        if time.monotonic() > end:
            break
        mutant = code_mutant(path.read_text(encoding="utf-8"), number)
        name = f"{package}/{path.name}: {mutant.what}"
        if name in accepted:
            excused += 1
        elif _is_noticed(path, mutant, covered):
            killed += 1
        else:
            survivors.append(f"{package}/{path.name}:{mutant.line}: {mutant.what}")
            print(f"survived {survivors[-1]}", flush=True)
    judged = killed + len(survivors)
    share = 100 * killed / judged if judged else 100
    left_out = f", {excused} that change nothing left out" if excused else ""
    print(f"{package}: {killed} of {judged} breaks noticed, {share:.1f} % ({len(every)} in all{left_out})", flush=True)


def _sample(every: list[tuple[Path, int]], count: int | None, seed: int) -> list[tuple[Path, int]]:
    if count is None or count >= len(every):
        return every
    return random.Random(seed).sample(every, count)  # noqa: S311 - no secret


def _accepted() -> set[str]:
    """The breaks that change nothing that anybody could see; each line ends in ` -- reason`."""
    text = LISTED.read_text(encoding="utf-8") if LISTED.is_file() else ""
    return {line.partition(" -- ")[0].strip() for line in text.splitlines() if " -- " in line}


def _covered(files: Sequence[str], tests: Sequence[str]) -> Covered:
    """Run all tests once. What they import stays, so that each break starts with all of it."""
    os.chdir(ROOT)
    os.environ.setdefault("STAGE3C_EXAMPLES", "60")
    tracer = Tracer(files)
    if _pytest(tests, tracer) != 0:
        raise SystemExit("the tests fail without any break: " + " ".join(tracer.failed or tests))
    return tracer.covered


def _pytest(tests: Sequence[str], *plugins: object) -> int:
    options = ["-x", "-q", "-n0", "-p", "no:cacheprovider", "-m", "not slow", "--hypothesis-seed=0"]
    options += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]
    with Path(os.devnull).open("w") as quiet, contextlib.redirect_stdout(quiet), contextlib.redirect_stderr(quiet):
        return int(pytest.main([*options, *tests], plugins=list(plugins)))


def _is_noticed(path: Path, mutant: CodeMutant, covered: Covered) -> bool:
    """Tell whether a test fails, or goes on for too long, with a break."""
    tests = covered.choose(str(path), mutant.line)
    compile(mutant.tree, str(path), "exec")
    if not tests:
        return False
    child = os.fork()
    if child == 0:
        code = 1
        try:
            put_in(importlib.import_module(f"stage3c.{path.parent.name}.{path.stem}"), mutant.tree)
            code = _pytest(tests)
        except BaseException:  # noqa: BLE001, S110 - a break that cannot be run is noticed
            pass
        finally:
            os._exit(0 if code == 0 else 1)
    return _wait(child) != 0


def _wait(child: int) -> int:
    end = time.monotonic() + SECONDS_MAX
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return status
        time.sleep(0.05)
    os.kill(child, signal.SIGKILL)
    return os.waitpid(child, 0)[1] or 1


if __name__ == "__main__":
    main()
