import ast
import shutil
import subprocess
from typing import Any

import pytest
from stage3c.graph import Ref, Text

from tests.resources.stacks import attributes, compiled, container

NASTY = """/health?q='a'&b=`c`&d=$(e)&f=\\g&h="i";j"""


def live(text: str) -> list[str]:
    graph = compiled(f"services: {{web: {{health: {{live: {text}}}}}}}")
    command: list[str] = container(graph, "web")["healthCheck"]["command"]
    return command


def test_a_built_image_comes_from_its_repository_at_its_tag() -> None:
    image = container(compiled("services: {web: {tag: v7}}"), "web")["image"]
    assert image == Text(Ref("aws_ecr_repository.web", "repository_url"), ":v7")


def test_a_foreign_image_stands_as_written() -> None:
    over = 'services: {web: {build: null, image: "nginx:1.27"}}'
    assert container(compiled(over), "web")["image"] == "nginx:1.27"


def test_what_ecs_fills_in_is_written_out() -> None:
    found = container(compiled(), "web")
    assert {key: found[key] for key in ("cpu", "mountPoints", "volumesFrom", "systemControls")} == {
        "cpu": 0, "mountPoints": [], "volumesFrom": [], "systemControls": [],
    }  # fmt: skip
    assert found["portMappings"] == [{"containerPort": 3000, "hostPort": 3000, "protocol": "tcp"}]


def test_logs_go_to_a_group_of_this_stack() -> None:
    assert container(compiled(), "web")["logConfiguration"]["options"] == {
        "awslogs-group": Ref("aws_cloudwatch_log_group.service_web", "name"),
        "awslogs-region": "eu-central-1",
        "awslogs-stream-prefix": "web",
    }


def test_plain_variables_and_secrets_share_no_name() -> None:
    found = container(compiled(), "api")
    plain, secret = ({v["name"] for v in found[key]} for key in ("environment", "secrets"))
    assert plain == {"DB_HOST", "DB_NAME", "DB_PORT", "DB_SECRET_ARN"}
    assert secret == {"DB_PASSWORD", "DB_USERNAME", "STRIPE_KEY"}


def test_writable_folders_are_volumes_in_a_root_that_cannot_be_written() -> None:
    graph = compiled("services: {web: {writable_paths: [/var/run, /var/cache]}}")
    assert container(graph, "web")["readonlyRootFilesystem"] is True
    mounted = {m["sourceVolume"]: m["containerPath"] for m in container(graph, "web")["mountPoints"]}
    assert mounted == {"writable-0": "/var/run", "writable-1": "/var/cache"}
    volumes: Any = attributes(graph, "aws_ecs_task_definition.web")["volume"]
    assert [volume["name"] for volume in volumes] == list(mounted)


def test_the_task_has_its_size_and_architecture() -> None:
    found = attributes(
        compiled("services: {web: {architecture: arm64, ephemeral_storage_gib: 30}}"), "aws_ecs_task_definition.web"
    )
    assert (found["cpu"], found["memory"], found["network_mode"]) == ("256", "512", "awsvpc")
    assert found["runtime_platform"] == [{"operating_system_family": "LINUX", "cpu_architecture": "ARM64"}]
    assert found["ephemeral_storage"] == [{"size_in_gib": 30}]


def test_failing_checks_do_not_count_before_the_start_is_over() -> None:
    found = container(compiled("services: {web: {health: {startup_seconds: 90}}}"), "web")["healthCheck"]
    assert found["startPeriod"] == 90


@pytest.mark.parametrize("probe", ["python", "node", "curl", "wget"])
def test_a_probe_needs_no_shell(probe: str) -> None:
    command = live(f"{{path: /health, probe: {probe}}}")
    assert command[:2] == ["CMD", probe]
    assert any("http://127.0.0.1:3000/health" in part for part in command)


def test_a_command_of_the_image_stands_as_written() -> None:
    assert live("{probe: null, command: [CMD, /app/health]}") == ["CMD", "/app/health"]


def test_no_path_breaks_out_of_the_python_probe() -> None:
    code = live(f"{{path: {yaml_text(NASTY)}, probe: python}}")[3]
    call = ast.parse(code).body[1]
    assert isinstance(call, ast.Expr)
    assert isinstance(call.value, ast.Call)
    assert ast.literal_eval(call.value.args[0]) == f"http://127.0.0.1:3000{NASTY}"


def test_no_path_breaks_out_of_the_node_probe() -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("no Node on this machine")
    code = live(f"{{path: {yaml_text(NASTY)}, probe: node}}")[3]
    script = f"globalThis.fetch = async (url) => {{ console.log(url); return {{ok: true}} }}; {code}"
    done = subprocess.run([node, "-e", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == f"http://127.0.0.1:3000{NASTY}"


def yaml_text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
