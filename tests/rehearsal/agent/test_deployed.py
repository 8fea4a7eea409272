"""What the agent reads of an emulated account."""

import pytest
from stage3c.live.account import Account
from stage3c.rehearsal.agent.deployed import Deployed, deployed
from stage3c.rehearsal.agent.secret_references import Reference
from stage3c.rehearsal.agent.start import variables
from stage3c.rehearsal.agent.stopped import Stopped
from stage3c.rehearsal.isolation import isolated

from tests.emulator import REGION, Emulator
from tests.rehearsal.agent.shop import TRUST, policy

pytestmark = pytest.mark.slow


@pytest.fixture
def secret(aws: Emulator) -> str:
    """One service with a secret, whose execution role has one inline policy."""
    aws.reset()
    iam, ecs = aws.client("iam"), aws.client("ecs")
    arn = aws.client("secretsmanager").create_secret(Name="db", SecretString='{"password": "p"}')["ARN"]
    aws.client("logs").create_log_group(logGroupName="/shop")
    role = iam.create_role(RoleName="run", AssumeRolePolicyDocument=policy(TRUST))["Role"]["Arn"]
    may = {"Effect": "Allow", "Action": "secretsmanager:GetSecretValue", "Resource": arn}
    iam.put_role_policy(RoleName="run", PolicyName="secrets", PolicyDocument=policy(may))
    ecs.create_cluster(clusterName="shop")
    options = {"awslogs-group": "/shop", "awslogs-region": REGION, "awslogs-stream-prefix": "api"}
    container = {
        "name": "api",
        "image": "nginx:1",
        "memory": 256,
        "secrets": [{"name": "DB_PASSWORD", "valueFrom": f"{arn}:password::"}],
        "logConfiguration": {"logDriver": "awslogs", "options": options},
    }
    ecs.register_task_definition(family="shop-api", executionRoleArn=role, containerDefinitions=[container])
    ecs.create_service(cluster="shop", serviceName="api", taskDefinition="shop-api", desiredCount=1)
    return str(arn)


def only(aws: Emulator) -> Deployed:
    with isolated(REGION):
        (found,) = deployed(Account(REGION, aws.url))
    return found


def test_inline_attached_and_managed_policies_count(aws: Emulator, secret: str) -> None:
    iam = aws.client("iam")
    with pytest.raises(Stopped, match="logs:CreateLogStream"):
        variables(only(aws).containers[0], only(aws).around)
    may = {"Effect": "Allow", "Action": "logs:*", "Resource": "*"}
    own = iam.create_policy(PolicyName="logs", PolicyDocument=policy(may))["Policy"]["Arn"]
    iam.attach_role_policy(RoleName="run", PolicyArn=own)
    found = only(aws)
    assert (found.name, found.family) == ("api", "shop-api")
    assert variables(found.containers[0], found.around) == {"DB_PASSWORD": "p"}
    iam.detach_role_policy(RoleName="run", PolicyArn=own)
    managed = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
    iam.attach_role_policy(RoleName="run", PolicyArn=managed)
    assert variables(only(aws).containers[0], only(aws).around) == {"DB_PASSWORD": "p"}
    assert secret.startswith("arn:")


def test_a_stage_or_secret_that_does_not_exist_has_no_value(aws: Emulator, secret: str) -> None:
    around = only(aws).around
    assert around.secret(Reference(secret)) == '{"password": "p"}'
    assert around.secret(Reference(secret, stage="AWSPREVIOUS")) is None
    assert around.secret(Reference(f"{secret}x")) is None
    assert around.has_log_group("/shop")
    assert not around.has_log_group("/sho")
