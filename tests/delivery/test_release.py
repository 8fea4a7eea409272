"""A release of a small stack, from an empty account to a stack that runs, with the real Terraform."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import terraform
from tests.delivery.shop import Shop, deployment, small_shop


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    terraform.needs_terraform()
    with small_shop(tmp_path) as made:
        yield made


@pytest.mark.slow
def test_an_empty_account_is_released_once_its_secret_is_filled_and_a_broken_release_is_a_failure(shop: Shop) -> None:
    code, told, said = shop.release("--dry-run")
    assert code == 0, said
    notes = [note for step in told["steps"] for note in step["notes"]]
    assert "would create aws_ecr_repository.worker" in notes
    assert shop.journey.aws.client("ecr").describe_repositories()["repositories"] == []

    code, told, said = shop.release()
    assert code == 1, said
    (secret,) = told["secrets"]
    assert (secret["name"], secret["keys"]) == ("shop/dev/rates", ["api_key", "api_secret"])
    assert secret["command"].startswith(
        "aws secretsmanager put-secret-value --region us-east-1 --secret-id shop/dev/rates"
    )
    assert shop.journey.aws.client("ecs").list_clusters()["clusterArns"] == []

    shop.fill()
    code, told, said = shop.release()
    assert code == 0, said
    assert [step["name"] for step in told["steps"]] == ["prepare", "secrets", "images", "apply", "deployments"]
    image = "123456789012.dkr.ecr.us-east-1.amazonaws.com/shop/dev/worker:v1"
    assert [call for call in shop.calls() if call[0] != "version"] == [
        ["login", "--username", "AWS", "--password-stdin", "123456789012.dkr.ecr.us-east-1.amazonaws.com"],
        ["build", "--platform", "linux/amd64", "--tag", image, "worker"],
        ["push", image],
    ]
    assert shop.logins() == []
    first = deployment(shop.journey.aws)
    assert first["rolloutState"] == "COMPLETED"

    code, told, said = shop.release()
    assert code == 0, said
    assert told["steps"][3]["notes"] == ["no changes"]
    assert deployment(shop.journey.aws)["id"] == first["id"]
    assert len([call for call in shop.calls() if call[0] == "push"]) == 1

    shop.tag("v2")
    shop.journey.aws.contains("worker:v2", exit_code=1)
    code, told, said = shop.release()
    assert code == 1, said
    assert "services.worker was rolled back" in said
    assert any("shop.yaml:" in sentence for sentence in told["why"])
    assert "stage3c rollback" in said
