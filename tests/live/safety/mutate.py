"""Each guard of adopt and cleanup is taken away once, and the tests of safety must notice: python -m tests.live.safety.mutate.

A guard is an `if` of compiler/stage3c/live or aws/kinds (the checks of preflight aside, unless they judge a state) whose
body ends what is going on, or gives a reason to stay: taken away, its condition is false. So is the condition of a
comprehension, which keeps things out of a list: taken away, it is true. Each runs in a process of its own on a copy of
the package; nothing in this checkout is changed. Options: --list, --only TEXT, --tests FILE ….
"""

import argparse
import ast
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from tests.conftest import ROOT

PACKAGE = ROOT / "compiler" / "stage3c"
WHERE = ("live", "aws/kinds")
LEFT_ALONE = ("live/table.py", "live/dns.py", "live/check.py", "live/hosted_zones.py", "live/terraform_needs.py")
OF_A_STATE = ("live/checks/state_", "live/checks/names_taken", "live/checks/secrets")
TESTS = (
    "test_point_1_use.py", "test_point_2_names.py", "test_point_3_owners.py", "test_point_4_lock.py",
    "test_point_5_preparation.py", "test_point_6_state.py", "test_matrix.py",
)  # fmt: skip
SECONDS_MAX = 900


class Guard(Struct, frozen=True):
    """One condition: its file, its line, and its text."""

    path: Path
    line: int
    column: int
    text: str

    def __str__(self) -> str:
        return f"{self.path.relative_to(PACKAGE)}:{self.line}: {self.text}"


def guards() -> Iterator[Guard]:
    """All of them, in the order of files and lines."""
    files = (path for where in WHERE for path in sorted((PACKAGE / where).rglob("*.py")))
    for path in files:
        name = path.relative_to(PACKAGE).as_posix()
        if name in LEFT_ALONE or ("checks/" in name and not name.startswith(OF_A_STATE)):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.If) and _guards(node):
                yield Guard(path, node.lineno, node.col_offset, ast.unparse(node.test))
            if isinstance(node, ast.comprehension):
                yield from (Guard(path, each.lineno, each.col_offset, ast.unparse(each)) for each in node.ifs)
            if isinstance(node, ast.IfExp) and _tells(node.body):
                yield Guard(path, node.test.lineno, node.test.col_offset, ast.unparse(node.test))


def _guards(node: ast.If) -> bool:
    """Whether it ends what is going on, or gives a reason."""
    last = node.body[-1]
    values = (each.value for each in node.body if isinstance(each, ast.Assign | ast.Expr))
    return isinstance(last, ast.Raise | ast.Return | ast.Continue | ast.Break) or any(_tells(each) for each in values)


def _tells(value: ast.expr) -> bool:
    """Whether a value is a sentence that is told."""
    texts = (each.value for each in ast.walk(value) if isinstance(each, ast.Constant) and isinstance(each.value, str))
    return any(" " in text for text in texts)


class _Without(ast.NodeTransformer):
    """Makes one condition false."""

    def __init__(self, guard: Guard) -> None:
        self.guard = guard
        self.done = 0

    def visit_If(self, node: ast.If) -> ast.AST:
        self.generic_visit(node)
        return self._never(node, node.lineno, node.col_offset)

    def visit_IfExp(self, node: ast.IfExp) -> ast.AST:
        self.generic_visit(node)
        return self._never(node, node.test.lineno, node.test.col_offset)

    def visit_comprehension(self, node: ast.comprehension) -> ast.AST:
        self.generic_visit(node)
        place = (self.guard.line, self.guard.column)
        kept = [each for each in node.ifs if (each.lineno, each.col_offset) != place]
        self.done += len(node.ifs) - len(kept)
        node.ifs = kept
        return node

    def _never(self, node: ast.If | ast.IfExp, line: int, column: int) -> ast.AST:
        if (line, column) == (self.guard.line, self.guard.column) and not self.done:
            self.done += 1
            node.test = ast.copy_location(ast.Constant(value=False), node.test)
        return node


def without(guard: Guard) -> str:
    """The source of its file with its condition false."""
    mutation = _Without(guard)
    tree = mutation.visit(ast.parse(guard.path.read_text(encoding="utf-8")))
    assert mutation.done == 1, f"{guard} was not found again"
    return ast.unparse(ast.fix_missing_locations(tree))


def noticed_by(guard: Guard | None, tests: list[str]) -> str | None:
    """The first test that fails without the guard; None where all pass. Without a guard: whether all pass as it is."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "compiler"
        shutil.copytree(ROOT / "compiler", copy, ignore=shutil.ignore_patterns("__pycache__"))
        for shipped in ("templates", "specs"):
            (Path(folder) / shipped).symlink_to(ROOT / shipped)
        if guard:
            (copy / "stage3c" / guard.path.relative_to(PACKAGE)).write_text(without(guard), encoding="utf-8")
        run = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-o", f"pythonpath={copy}"]
        settings = {**os.environ, "PYTHONPATH": f"{copy}:{ROOT}", "PYTHONDONTWRITEBYTECODE": "1"}
        try:
            done = subprocess.run(
                [*run, *tests, "-k", "not hanging"],
                cwd=ROOT,
                env=settings,
                capture_output=True,
                text=True,
                check=False,
                timeout=SECONDS_MAX,
            )
        except subprocess.TimeoutExpired:
            return "it took too long"
    failed = [line for line in done.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
    if done.returncode == 0:
        return None
    return failed[0].partition("::")[2].partition(" - ")[0] if failed else done.stdout[-300:] + done.stderr[-300:]


def main() -> int:
    """Print each guard with the test that needs it; 1 where one is needed by none."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--list", action="store_true", help="List the guards.")
    options.add_argument("--only", default="", help="Only guards whose line holds this.")
    options.add_argument("--tests", nargs="*", default=[f"tests/live/safety/{name}" for name in TESTS])
    asked = options.parse_args()
    wanted = [guard for guard in guards() if asked.only in str(guard)]
    if asked.list:
        print("\n".join(map(str, wanted)))
        return 0
    first = noticed_by(None, asked.tests)
    if first is not None:
        print(f"the tests fail as it is: {first}")
        return 2
    missed = []
    for guard in wanted:
        test = noticed_by(guard, asked.tests)
        print(f"{'noticed' if test else 'MISSED ':<8} {guard}" + (f"  by {test}" if test else ""), flush=True)
        missed += [] if test else [guard]
    print(f"{len(wanted)} guards, {len(wanted) - len(missed)} noticed, {len(missed)} missed")
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main())
