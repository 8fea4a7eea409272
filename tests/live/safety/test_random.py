"""Random accounts: whatever is in one, nothing foreign or in use is imported or deleted, and what is loose goes.

A sample here; 2,000 accounts by: STAGE3C_ACCOUNTS=2000 pytest tests/live/safety/test_random.py
"""

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from tests.live.safety import states
from tests.live.safety.account import World
from tests.live.safety.accounts import cleanup
from tests.live.safety.deploy import compiled
from tests.live.safety.listing import changed, gone, inventory
from tests.live.safety.random_accounts import SPEC, Plan, make, plans
from tests.live.safety.scenario import HERE

ACCOUNTS = int(os.environ.get("STAGE3C_ACCOUNTS", "20"))
ADDRESSES = [each.address for each in compiled(HERE / SPEC).managed]


@pytest.mark.slow
@settings(
    max_examples=ACCOUNTS,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate, *([Phase.shrink] if os.environ.get("STAGE3C_SHRINK") else [])],
    derandomize=ACCOUNTS <= 20,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(plan=plans(ADDRESSES))
def test_nothing_foreign_or_in_use_is_touched_in_any_account(world: World, plan: Plan) -> None:
    with tempfile.TemporaryDirectory() as folder:
        before_in = Path.cwd()
        os.chdir(folder)
        try:
            _holds(world, plan, Path(folder))
        finally:
            os.chdir(before_in)


def _holds(world: World, plan: Plan, folder: Path) -> None:
    account = make(world, plan, folder / "out")
    before = inventory(world)
    done = account.ours.stage3c.adopt()
    after = inventory(world)
    assert not gone(before, after) | changed(before, after), "adopt changes nothing"
    imports = account.ours.stage3c.imports()
    assert not imports.keys() & account.must_stay_out, done.said
    if plan.state in ("corrupt", "another stack's"):
        assert not imports, done.said
    effect = cleanup(account.ours)
    assert effect.touched <= account.may_go, f"{plan}\n{effect.touched - account.may_go}\n{effect.done.said}"
    if not plan.foreign:  # what is taken by others may be a reason to wait
        assert account.must_go <= effect.gone, f"{account.must_go - effect.gone} stays\n{effect.done.said}"
    assert states.locks(world, account.ours.what.stack) == {}
