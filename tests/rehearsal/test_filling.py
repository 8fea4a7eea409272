"""Secrets that people fill in have values in a rehearsal."""

import json

import pytest
from stage3c.live.account import Account
from stage3c.pipeline import Build, compile_spec
from stage3c.rehearsal.filling import fill, make_existing
from stage3c.rehearsal.isolation import isolated

from tests.conftest import ROOT
from tests.emulator import emulator

pytestmark = pytest.mark.slow


def build_of(name: str) -> Build:
    spec = ROOT / "specs" / f"{name}.yaml"
    return compile_spec(spec.read_bytes(), str(spec)).builds[0]


def test_each_secret_gets_what_it_lacks_once_and_nothing_else_is_touched() -> None:
    with isolated("us-east-1"), emulator(managed_policies=False) as aws:
        account, secrets = Account("us-east-1", aws.url), aws.client("secretsmanager")

        def value(name: str) -> str:
            return str(secrets.get_secret_value(SecretId=name)["SecretString"])

        make_existing(account, build_of("five-services").stack)
        found = value("shared/smtp")
        assert set(json.loads(found)) == {"username", "password"}
        make_existing(account, build_of("five-services").stack)
        assert value("shared/smtp") == found
        build = build_of("no-database")
        names = [f"converter/prod/{name}" for name in ("rates", "signing")]
        for name in names:
            secrets.create_secret(Name=name)
        assert fill(account, build) == [
            f"secret {name}: a make-believe value, since people fill it in" for name in names
        ]
        assert set(json.loads(value(names[0]))) == {"api_key", "api_secret"}
        assert value(names[1])
        assert fill(account, build) == []
