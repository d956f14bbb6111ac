from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.core.offline import SWITCHES, _is_local


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "", None, b"localhost"])
def test_loopback_is_local(host):
    assert _is_local(host)


@pytest.mark.parametrize("host", ["example.org", "10.0.0.1", "127.0.0.1.nip.io", "169.254.169.254", "2001:db8::1", b"example.org"])
def test_anything_else_is_not(host):
    assert not _is_local(host)


def test_guard_refuses_and_counts_every_way_out():
    code = """
import socket
from pipeline.core.offline import go_offline, attempts
go_offline()
def tried(call):
    try: call()
    except OSError as error: return type(error).__name__
    return "went through"
udp, tcp = socket.socket(type=socket.SOCK_DGRAM), socket.socket()
ways = [
    lambda: socket.getaddrinfo("example.org", 80),
    lambda: tcp.connect(("192.0.2.1", 80)),
    lambda: udp.sendto(b"x", ("192.0.2.1", 53)),
    lambda: socket.gethostbyname("example.org"),
    lambda: tcp.connect_ex(("192.0.2.1", 80)),
    lambda: udp.sendmsg([b"x"], [], 0, ("192.0.2.1", 9)),
    lambda: socket.gethostbyaddr("192.0.2.1"),
    lambda: socket.getnameinfo(("192.0.2.1", 80), 0),
]
print([tried(way) for way in ways], len(attempts))
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, "PYTHONPATH": str(Path.cwd())},
    )
    assert done.stdout.strip() == f"{['NetworkRefusedError'] * 8} 8", done.stdout + done.stderr


def test_switches_cover_the_hub_and_the_data_sets_library():
    assert {"HF_HUB_OFFLINE", "HF_DATASETS_OFFLINE", "TRANSFORMERS_OFFLINE"} <= set(SWITCHES)


def test_guard_lets_one_address_through_and_nothing_beside_it():
    code = """
import socket
from pipeline.core.offline import go_offline, let_through, attempts
go_offline()
let_through("192.0.2.1", 8786)
def tried(call):
    try: call()
    except OSError as error: return type(error).__name__
    return "went through"
def reach(host, port):
    one = socket.socket()
    one.settimeout(0.05)
    one.connect((host, port))
print(tried(lambda: reach("192.0.2.1", 8786)) == "NetworkRefusedError")
ways = [
    lambda: reach("192.0.2.1", 8787),
    lambda: reach("192.0.2.3", 8786),
    lambda: socket.getaddrinfo("example.org", 8786),
    lambda: socket.gethostbyaddr("192.0.2.1"),
]
print([tried(way) for way in ways], tried(lambda: socket.getaddrinfo("192.0.2.9", 1)), len(attempts))
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, "PYTHONPATH": str(Path.cwd())},
    )
    assert done.stdout.splitlines() == ["False", f"{['NetworkRefusedError'] * 4} went through 4"], done.stdout + done.stderr
