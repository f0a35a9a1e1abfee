"""A wrong password and an unknown user cannot be told apart by the time the answer takes.

WINRMD_TIMING_TRIES sets how many of each are made for each scheme: few by default, 1000 before a release. The test
shuffles the two lists against each other: were they the same, the difference of their medians would be among those that
shuffling gives."""

import concurrent.futures
import os
import random
import statistics
import time

import pytest

import envelope as e
import gss
import login_stand
from wsman import Client

pytestmark = gss.needs_ntlm

TRIES = int(os.environ.get("WINRMD_TIMING_TRIES", "40"))
AT_ONCE = 8
SHUFFLES = 2000
RARELY = 1 / 1000  # how often chance alone may fail this test

# One failure per account and a source of its own: what slows repeated failures down is not what is measured.
KNOWN = [f"known{number:04}" for number in range(TRIES)]
UNKNOWN = [f"other{number:04}" for number in range(TRIES)]


@pytest.fixture(scope="module")
def stand(authority):
    users = {name: "right-" + name for name in KNOWN}
    with login_stand.login_stand(None, authority, users=users) as running:
        yield running


def basic(stand, user):
    with Client(stand.url(True), user, "wrong", source=login_stand.fresh_source()) as client:
        begin = time.perf_counter()
        assert client.ask(e.ENUMERATE, e.SHELL, e.enumerate_body()).status == 401
        return time.perf_counter() - begin


def ntlm(stand, user):
    with stand.ntlm(user, "wrong") as client:
        first = client.leg(client.initiator.step())
        token = client.initiator.step(client.token_of(first))
        begin = time.perf_counter()
        assert client.leg(token).status == 401
        return time.perf_counter() - begin


def chance(one, other):
    """How often shuffling the two gives a difference of medians as big as theirs."""
    rng = random.Random(4711)
    seen = abs(statistics.median(one) - statistics.median(other))
    both, as_big = one + other, 0
    for _ in range(SHUFFLES):
        rng.shuffle(both)
        as_big += abs(statistics.median(both[:len(one)]) - statistics.median(both[len(one):])) >= seen
    return (as_big + 1) / (SHUFFLES + 1)


@pytest.mark.parametrize("scheme", [basic, ntlm], ids=["Basic", "NTLM"])
def test_TheMediansCanNotBeToldApart(stand, scheme):
    tries = [user for pair in zip(KNOWN, UNKNOWN) for user in pair]
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        times = list(pool.map(lambda one: scheme(stand, one), tries))
    known, unknown = times[::2], times[1::2]
    odds = chance(known, unknown)
    assert odds > RARELY, f"{statistics.median(known):.6f} s and {statistics.median(unknown):.6f} s: chance {odds:.5f}"


def test_TheTestItselfCanTell():
    rng = random.Random(1)
    same = [[rng.gauss(0.4, 0.002) for _ in range(200)] for _ in range(2)]
    assert chance(*same) > RARELY
    assert chance(same[0], [value + 0.002 for value in same[1]]) <= RARELY
