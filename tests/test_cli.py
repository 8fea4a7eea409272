import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
import yaml

from tests.conftest import ROOT, SPECS
from tests.golden import hold

EXAMPLE = (ROOT / "compiler" / "stage3c" / "rules" / "example.yaml").read_text(encoding="utf-8")


def stage3c(
    *arguments: str | Path, cwd: Path = ROOT, given: str = "", **environment: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "stage3c.cli.main", *map(str, arguments)],
        cwd=cwd,
        input=given,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
    )


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    path = tmp_path / "shop.yaml"
    path.write_text(EXAMPLE, encoding="utf-8")
    return path


def test_a_good_spec_exits_0(spec: Path) -> None:
    done = stage3c("validate", spec)
    assert (done.returncode, done.stdout) == (0, "")
    assert "1 spec checked" in done.stderr


def test_a_bad_spec_exits_1_and_names_file_line_and_column(spec: Path) -> None:
    spec.write_text(EXAMPLE.replace("port: 3000", "prot: 3000"), encoding="utf-8")
    done = stage3c("validate", spec)
    assert done.returncode == 1
    assert f"{spec}:35:5" in done.stdout
    assert "write `port`" in done.stdout
    assert "\x1b" not in done.stdout


@pytest.mark.parametrize("output", ["json", "github", "sarif"])
def test_findings_come_in_every_format(spec: Path, output: str) -> None:
    spec.write_text(EXAMPLE.replace("port: 3000", "prot: 3000"), encoding="utf-8")
    done = stage3c("validate", spec, "--format", output)
    assert done.returncode == 1
    assert "SPEC101" in done.stdout
    if output != "github":
        json.loads(done.stdout)


@pytest.mark.parametrize("path", ["missing.yaml", "/", "/proc/self/mem.yaml", "x\ny.yaml"])
def test_a_file_that_cannot_be_read_exits_2(path: str) -> None:
    done = stage3c("validate", path)
    assert done.returncode == 2
    assert "SPEC108" in done.stdout
    assert "Traceback" not in done.stderr


def test_a_wrong_option_exits_2() -> None:
    assert stage3c("validate", "--bogus").returncode == 2
    assert stage3c("explain", "NET999").returncode == 2
    assert stage3c("check-name", "aws_lbb.name", "x").returncode == 2


def test_an_unwritable_output_exits_3_and_says_so(spec: Path, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file in the way")
    done = stage3c("build", spec, "--out", tmp_path / "out")
    assert done.returncode == 3
    assert "unchanged" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_build_writes_a_folder_for_each_stack_and_check_finds_it_fresh_or_stale(spec: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert stage3c("build", spec, "--out", out).returncode == 0
    assert sorted(path.name for path in (out / "shop").iterdir()) == [
        "README.md", "main.tf.json", "smoke.sh", "stack.tftest.hcl",
    ]  # fmt: skip
    assert stage3c("build", spec, "--out", out, "--check").returncode == 0
    spec.write_text(
        EXAMPLE.replace("cpu: 256", "cpu: 512").replace("memory_mib: 512", "memory_mib: 1024"), encoding="utf-8"
    )
    done = stage3c("build", spec, "--out", out, "--check")
    assert done.returncode == 1
    assert "(on disk)" in done.stdout
    assert '"512"' in done.stdout


def test_build_refuses_a_bad_spec_and_leaves_the_old_output(spec: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    stage3c("build", spec, "--out", out)
    before = (out / "shop" / "main.tf.json").read_bytes()
    spec.write_text(EXAMPLE.replace("port: 3000", "prot: 3000"), encoding="utf-8")
    assert stage3c("build", spec, "--out", out).returncode == 1
    assert (out / "shop" / "main.tf.json").read_bytes() == before


def test_two_specs_that_share_a_state_are_refused(spec: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.yaml"
    other.write_text(EXAMPLE, encoding="utf-8")
    done = stage3c("build", spec, other, "--out", tmp_path / "out")
    assert done.returncode == 1
    assert "have the same state" in done.stdout
    assert not (tmp_path / "out").exists()


def test_an_environment_is_chosen_by_name(tmp_path: Path) -> None:
    done = stage3c("build", "specs/dev-prod.yaml", "--env", "dev", "--out", tmp_path)
    assert done.returncode == 0
    assert [path.name for path in tmp_path.iterdir()] == ["dev-prod-dev"]
    assert stage3c("build", "specs/dev-prod.yaml", "--env", "prd", "--out", tmp_path).returncode == 1


def test_names_lists_every_name_with_its_limit_and_line(spec: Path) -> None:
    rows = json.loads(stage3c("names", spec, "--format", "json").stdout)["names"]
    balancer = next(row for row in rows if row["type"] == "aws_lb" and row["spec_path"] == "load_balancers.internal")
    assert balancer["name"] == "shop-prod-internal"
    assert (balancer["length"], balancer["max"]) == (18, 32)
    assert "internal:" in spec.read_text().splitlines()[balancer["line"] - 1]


def test_check_name_judges_one_name_or_many() -> None:
    assert stage3c("check-name", "aws_lb.name", "shop-public").returncode == 0
    done = stage3c("check-name", "aws_lb.name", "internal-x")
    assert done.returncode == 1
    assert "internal-" in done.stdout
    lines = '["aws_lb.name", "internal-x"]\n["aws_sqs_queue.name", "ok"]\nnonsense\n'
    rows = [json.loads(line) for line in stage3c("check-name", "-", given=lines).stdout.splitlines()]
    assert [row["legal"] for row in rows] == [False, True, None]
    assert set(rows[0]) >= {"type", "attribute", "name", "known", "legal", "broken"}


def test_rules_and_explain_print_the_catalogue() -> None:
    listed = stage3c("rules").stdout
    assert "SPEC101" in listed
    explained = stage3c("explain", "spec101").stdout
    for part in ("Why:", "Fix:", "Source:", "Fails:"):
        assert part in explained


PAGES = {
    "RULES.md": ("rules", "--format", "markdown"),
    "REFERENCE.md": ("schema", "--format", "markdown"),
    "stage3c.schema.json": ("schema",),
}


@pytest.mark.parametrize("page", PAGES)
def test_the_pages_about_the_language_are_committed(page: str, update_golden: bool) -> None:  # noqa: FBT001 - a fixture
    hold(ROOT / "specs" / page, stage3c(*PAGES[page]).stdout, update=update_golden)


def test_the_json_schema_accepts_every_spec() -> None:
    printed = stage3c("schema").stdout
    validator = jsonschema.Draft202012Validator(json.loads(printed))
    for path in SPECS:
        validator.validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    wrong = {**yaml.safe_load(SPECS[0].read_text(encoding="utf-8")), "bogus": 1}
    assert not validator.is_valid(wrong)


def test_validate_never_starts_node_and_loads_no_engine(spec: Path) -> None:
    script = f"""
import sys
from stage3c.cli.main import application
try:
    application("validate")(["validate", {str(spec)!r}])
except SystemExit as done:
    assert not done.code
assert not {{"cdktf", "jsii", "jinja2", "hcl2", "boto3", "httpx", "pathspec"}} & set(sys.modules)
assert not [name for name in sys.modules if name.startswith(("stage3c.delivery", "stage3c.live", "stage3c.rehearsal"))]
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_shell_completes_commands() -> None:
    script = "from stage3c.cli.main import application; application()(prog_name='stage3c')"
    asked = {"_STAGE3C_COMPLETE": "complete_bash", "COMP_WORDS": "stage3c va", "COMP_CWORD": "1"}
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **asked},
    )
    assert done.stdout.split() == ["validate"], done.stderr
