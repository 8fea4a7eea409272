"""A command that is told to end does so in order: what it holds is released, and its exit code is that of a shell."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

COMMAND = """\
import pathlib, signal, sys, time
from stage3c.cli import failures

signal.signal(signal.SIGHUP, signal.SIG_DFL)  # the tests themselves may run under nohup or in the background
signal.signal(signal.SIGINT, signal.default_int_handler)

def command():
    try:
        print("ready", flush=True)
        while True:
            time.sleep(0.05)  # a signal just before signal.pause() would be waited for in vain
    finally:
        pathlib.Path(sys.argv[1]).write_text("released")

failures.run(command)
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_ends_a_command_in_order(number: signal.Signals, tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", COMMAND, str(tmp_path / "end")], stdout=subprocess.PIPE, text=True
    ) as started:
        assert started.stdout is not None
        assert started.stdout.readline() == "ready\n"
        started.send_signal(number)
    assert started.returncode == 128 + number
    assert (tmp_path / "end").read_text() == "released"
