import pytest
from stage3c.graph import Ref, Text

from tests.resources.stacks import compiled, document, statements

ACCOUNT = Ref("data.aws_caller_identity.current", "account_id")
KEY = "arn:aws:kms:eu-central-1:123456789012:key/1"
IMAGE = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/team/web"


def test_roles_trust_ecs_tasks_of_this_account_alone() -> None:
    graph = compiled()
    roles = graph.of_type("aws_iam_role")
    mine = [role for role in roles if role.name.startswith(("web_", "api_"))]
    assert [role.name for role in mine] == ["api_execution", "api_task", "web_execution", "web_task"]
    for role in mine:
        (statement,) = document(role, "assume_role_policy")["Statement"]
        assert statement["Principal"] == {"Service": "ecs-tasks.amazonaws.com"}
        assert statement["Condition"] == {
            "StringEquals": {"aws:SourceAccount": ACCOUNT},
            "ArnLike": {"aws:SourceArn": Text("arn:aws:ecs:eu-central-1:", ACCOUNT, ":*")},
        }


def test_execution_may_read_the_exact_secrets() -> None:
    found = statements(compiled(), "api", "execution")["InjectSecrets"]
    assert found["Action"] == ["secretsmanager:GetSecretValue"]
    assert found["Resource"] == [
        Ref("aws_db_instance.orders", "master_user_secret[0].secret_arn"),
        Ref("aws_secretsmanager_secret.stripe", "arn"),
    ]


def test_execution_writes_to_its_own_log_group() -> None:
    group = Ref("aws_cloudwatch_log_group.service_api", "arn")
    assert statements(compiled(), "api", "execution")["WriteLogs"]["Resource"] == Text(group, ":*")


def test_a_key_of_ones_own_may_be_used_to_decrypt() -> None:
    graph = compiled(f'secrets: {{session: {{format: plain, kms_key: "{KEY}"}}}}')
    found = statements(graph, "web", "execution")["InjectSecretsKeys"]
    assert (found["Action"], found["Resource"]) == (["kms:Decrypt"], [KEY])
    assert "InjectSecretsKeys" not in statements(graph, "api", "execution")


def test_a_built_image_is_pulled_from_its_own_repository() -> None:
    assert statements(compiled(), "api", "execution")["PullImage"]["Resource"] == Ref("aws_ecr_repository.api", "arn")


@pytest.mark.parametrize("version", [":v1", "@sha256:" + "a" * 64, ""])
def test_an_image_of_another_ecr_repository_may_be_pulled_from_there(version: str) -> None:
    found = statements(compiled(f'services: {{web: {{build: null, image: "{IMAGE}{version}"}}}}'), "web", "execution")
    assert found["RegistryToken"]["Resource"] == "*"
    assert found["PullImage"]["Resource"] == "arn:aws:ecr:eu-west-1:111122223333:repository/team/web"


@pytest.mark.parametrize("image", ["nginx:1.27", "public.ecr.aws/nginx/nginx:1.27", "ghcr.io/a/b@sha256:0"])
def test_an_image_from_elsewhere_needs_no_permission(image: str) -> None:
    found = statements(compiled(f'services: {{web: {{build: null, image: "{image}"}}}}'), "web", "execution")
    assert set(found) == {"WriteLogs", "InjectSecrets"}


def test_a_service_that_asks_nothing_of_aws_has_no_task_policy() -> None:
    assert statements(compiled(), "web", "task") == {}


def test_a_secret_by_arn_is_read_by_the_task_and_not_by_ecs() -> None:
    graph = compiled("services: {web: {secrets: {SESSION_SECRET: {arn_of: session}}}}")
    assert statements(graph, "web", "task")["ReadSecrets"]["Resource"] == [
        Ref("aws_secretsmanager_secret.session", "arn")
    ]
    assert "InjectSecrets" not in statements(graph, "web", "execution")


def test_a_shell_needs_the_four_channels() -> None:
    found = statements(compiled("services: {web: {exec: true, read_only_root: false}}"), "web", "task")
    assert set(found) == {"OpenShell"}
    assert len(found["OpenShell"]["Action"]) == 4
    assert all(action.startswith("ssmmessages:") for action in found["OpenShell"]["Action"])


def test_grants_stand_as_written() -> None:
    over = 'services: {web: {permissions: [{actions: [s3:GetObject], resources: ["arn:aws:s3:::shop/*"]}]}}'
    found = statements(compiled(over), "web", "task")["Granted1"]
    assert (found["Action"], found["Resource"]) == (["s3:GetObject"], ["arn:aws:s3:::shop/*"])


@pytest.mark.parametrize(("region", "partition"), [("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov")])
def test_other_partitions_have_their_own_arns(region: str, partition: str) -> None:
    zones = f"{{zones: [{region}a, {region}b]}}"
    graph = compiled(f"region: {region}\nnetwork: {zones}")
    (statement,) = document(graph.resources["aws_iam_role.web_task"], "assume_role_policy")["Statement"]
    arn = Text(f"arn:{partition}:ecs:{region}:", ACCOUNT, ":*")
    assert statement["Condition"]["ArnLike"]["aws:SourceArn"] == arn


def test_no_statement_is_empty_and_only_what_has_no_resource_is_wide() -> None:
    graph = compiled("services: {web: {exec: true, read_only_root: false}}")
    for policy in graph.of_type("aws_iam_role_policy"):
        for statement in document(policy, "policy")["Statement"]:
            assert statement["Action"]
            assert statement["Resource"]
            if statement["Resource"] == "*" and policy.name.startswith(("web_", "api_")):
                assert statement["Sid"] in ("RegistryToken", "OpenShell")
