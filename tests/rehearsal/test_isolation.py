"""Nothing that a rehearsal starts sees the user's credentials."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stage3c.rehearsal.isolation import environment, isolated

CANARY = "CANARY-OF-THE-USER"
OURS = {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"}
NAMES = st.sampled_from(["AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_SESSION_TOKEN", "AWS_ROLE_ARN", "AWS_CA_BUNDLE"])


@given(st.dictionaries(NAMES | st.sampled_from(["TF_VAR_password", "TF_LOG", "aws_profile"]), st.just(CANARY)))
def test_no_variable_of_aws_or_terraform_is_inherited(inherited: dict[str, str]) -> None:
    made = environment({**inherited, "PATH": "/bin"}, "http://127.0.0.1:1", "us-east-1")
    assert CANARY not in made.values()
    assert made["PATH"] == "/bin"
    assert set(made) >= OURS
    assert made["NODE_DISABLE_COMPILE_CACHE"] == "1", "npm leaves a folder behind"


def test_providers_are_found_where_the_user_has_them() -> None:
    assert environment({"TF_CLI_CONFIG_FILE": "rc"}, "", "us-east-1")["TF_CLI_CONFIG_FILE"] == "rc"


def test_boto3_sees_make_believe_alone_and_the_variables_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", CANARY)
    before = dict(os.environ)
    with isolated("us-east-1"):
        assert CANARY not in os.environ.values()
        assert os.environ["AWS_SHARED_CREDENTIALS_FILE"] == os.devnull
    assert dict(os.environ) == before
