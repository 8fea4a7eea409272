"""What the load balancers say where the account does not answer."""

import threading
from pathlib import Path
from typing import Any

import pytest
from stage3c.rehearsal.balancer import balancer as module
from stage3c.rehearsal.balancer.balancer import Balancer, serving
from stage3c.rehearsal.balancer.certificates import Authority
from stage3c.rehearsal.balancer.configuration import Configuration
from stage3c.rehearsal.directory import Directory
from stage3c.rehearsal.failure import Failed


class Silent:
    """An account at an address that takes no connection."""

    endpoint_url = "http://127.0.0.1:1"


def test_an_account_that_is_read_for_too_long_is_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = threading.Event()

    def read(_account: Any) -> Configuration:
        answers.wait(60)
        return Configuration()

    account: Any = Silent
    made = Balancer(account, Directory(), Authority(tmp_path), tmp_path / "requests.log")
    monkeypatch.setattr(module, "read", read)
    with monkeypatch.context() as patch:
        patch.setattr(module, "_CALL_MAX_SECONDS", 0.1)
        entered = serving(made)
        entered.__enter__()
        with pytest.raises(Failed, match="cannot read the emulated account in time"):
            made.refresh()
    answers.set()
    made.refresh()
    entered.__exit__(None, None, None)
