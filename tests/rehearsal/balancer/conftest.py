"""A local load balancer that follows an emulated one."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from stage3c.live.account import Account
from stage3c.rehearsal.balancer.balancer import Balancer, serving
from stage3c.rehearsal.balancer.certificates import Authority
from stage3c.rehearsal.isolation import isolated

from tests.emulator import REGION, Emulator, emulator
from tests.rehearsal.balancer.stack import Balanced, Server, server

PACE = 100.0


@pytest.fixture(scope="module")
def aws() -> Iterator[Emulator]:
    with emulator() as started:
        yield started


@pytest.fixture
def stack(aws: Emulator) -> Iterator[Balanced]:
    made = Balanced(aws)
    yield made
    made.delete()


@pytest.fixture
def web() -> Iterator[Server]:
    with server("web") as made:
        yield made


@pytest.fixture
def balancer(stack: Balanced, tmp_path: Path) -> Iterator[Balancer]:
    authority = Authority(tmp_path)
    with isolated(REGION):
        made = Balancer(
            lambda: Account(REGION, stack.aws.url), stack.directory, authority, tmp_path / "requests.log", PACE
        )
        with serving(made):
            yield made
