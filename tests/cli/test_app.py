"""``cxsim app``: what it says, what it refuses, and that it goes when it is told to."""

import builtins
import importlib.util
import signal
import socket
import subprocess
import sys

import pytest
from app.serving import Page, connect

from cxsim.cli.app import is_loopback
from tests.checkout import surroundings


@pytest.mark.parametrize(("host", "alone"), [("127.0.0.1", True), ("localhost", True), ("::1", True), ("127.9.9.9", True),
                                             ("0.0.0.0", False), ("192.168.1.5", False), ("example.org", False), ("", False)])  # fmt: skip
def test_loopback_addresses_are_known(host, alone):
    assert is_loopback(host) is alone


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--port", "99999"], "--port: given 99999; allowed: 0 to 65535"),
        (["--port", "x"], "invalid int value"),
        (["--workers", "0"], "--workers: given 0; allowed: 1 to 64"),
        (["--host", "no.such.host.invalid"], "cannot be served there"),
        (["--wrong"], "unrecognized arguments"),
    ],
)
def test_what_cannot_be_used_gets_one_line(cxsim, words, said):
    code, out, err = cxsim("app", "--no-browser", *words)
    assert (code, out) == (2, "")
    assert said in err
    assert err.count("\n") == 1


def test_a_port_that_is_taken_is_said(cxsim):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        code, _, err = cxsim("app", "--no-browser", "--port", str(taken.getsockname()[1]))
    assert code == 2
    assert "--port 0 takes a port that is free" in err


def test_without_the_extra_it_says_how_to_install_it(cxsim, monkeypatch):
    found = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name, *rest: None if name == "uvicorn" else found(name, *rest))
    code, _, err = cxsim("app", "--no-browser")
    assert code == 2
    assert "pip install 'cxsim[app]'" in err
    assert builtins.__import__ is not None


def test_help_imports_neither_the_model_nor_the_server():
    heavy = "{'numba', 'mesa', 'starlette', 'uvicorn', 'pandas'}"
    script = f"import sys; from cxsim.cli.main import main; main(['app', '--help']); print({heavy} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, env=surroundings())
    assert done.stdout.rstrip().endswith("set()")


@pytest.mark.parametrize("way", [signal.SIGINT, signal.SIGTERM])
def test_it_opens_with_a_state_and_ends_when_it_is_told_to(way):
    page = Page(("market=energy&policy.regulator=none&nonsense=1",))
    try:
        assert "nonsense" in page.said()
        connect(page).close()  # the workers are there
        page.process.send_signal(way)
        assert page.process.wait(20) == 0
        said = page.said()
        assert "Traceback" not in said
        assert "leaked" not in said
    finally:
        page.close()


def test_another_host_is_warned_of():
    page = Page(("--host", "0.0.0.0"))
    try:
        assert "there is no password" in page.said()
    finally:
        page.close()
