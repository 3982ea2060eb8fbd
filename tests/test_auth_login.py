"""The lock-out and the sessions, with a clock that the test moves."""

from __future__ import annotations

import pytest

from ui.auth.accounts import Account
from ui.auth.login import (
    IDLE,
    LONGEST_SESSION,
    MEMORY,
    OF_ACCOUNT,
    PRESSURE,
    TRIES,
    TRIES_OF_ADDRESS,
    KnownBrowsers,
    Lockout,
    LoginSessions,
    network_of,
)


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def lockout(clock: Clock) -> Lockout:
    return Lockout(clock)


def test_the_fifth_wrong_password_begins_a_wait_that_doubles_up_to_a_quarter_of_an_hour(
    lockout: Lockout, clock: Clock
) -> None:
    assert [lockout.attempt("siti", "192.0.2.1") for _ in range(5)] == [0] * 5
    waits = []
    for _ in range(9):
        waits.append(lockout.attempt("siti", "192.0.2.1"))
        clock.now += waits[-1]
        assert lockout.attempt("siti", "192.0.2.1") == 0
    assert waits == [30, 60, 120, 240, 480, 900, 900, 900, 900]


def test_asking_during_a_wait_does_not_lengthen_it(lockout: Lockout, clock: Clock) -> None:
    for _ in range(5):
        lockout.attempt("siti", "192.0.2.1")
    clock.now += 20
    assert [lockout.attempt("siti", "192.0.2.1") for _ in range(50)] == [10] * 50


def test_the_right_password_forgets_the_wrong_ones(lockout: Lockout) -> None:
    for _ in range(20):
        for _ in range(4):
            assert lockout.attempt("siti", "192.0.2.1") == 0
            # Each is undone: these are different people behind one address.
            lockout.succeeded("siti", "192.0.2.1")
    for _ in range(4):
        lockout.attempt("siti", "192.0.2.1")
    lockout.attempt("siti", "192.0.2.1")
    lockout.succeeded("siti", "192.0.2.1")
    assert [lockout.attempt("siti", "192.0.2.1") for _ in range(5)] == [0] * 5


def test_wrong_passwords_are_forgotten_after_a_day(lockout: Lockout, clock: Clock) -> None:
    for _ in range(4):
        lockout.attempt("siti", "192.0.2.1")
    clock.now += MEMORY + 1
    assert [lockout.attempt("siti", "192.0.2.1") for _ in range(5)] == [0] * 5


def test_one_address_cannot_try_many_names(lockout: Lockout) -> None:
    waits = [lockout.attempt(f"nama{number}", "192.0.2.1") for number in range(70)]
    assert waits[:TRIES_OF_ADDRESS] == [0] * TRIES_OF_ADDRESS
    assert all(wait > 0 for wait in waits[TRIES_OF_ADDRESS:])


def test_who_has_an_account_cannot_win_tries_at_others_by_logging_in_between(lockout: Lockout) -> None:
    tried = 0
    for number in range(100):
        if lockout.attempt("budi", "192.0.2.1") == 0:
            lockout.succeeded("budi", "192.0.2.1")
        tried += lockout.attempt(f"nama{number}", "192.0.2.1") == 0
    assert tried == TRIES_OF_ADDRESS


def test_an_account_guessed_at_from_everywhere_still_opens_to_its_owner(
    lockout: Lockout, clock: Clock
) -> None:
    guesses = 0
    for hour in range(48):
        for number in range(200):
            guesses += lockout.attempt("siti", f"198.51.{number}.7") == 0
        assert lockout.attempt("siti", f"192.0.2.{hour}") == 0, "from a new address"
        clock.now += 3600
    assert lockout.attempt("siti", "203.0.113.9") == 0
    lockout.succeeded("siti", "203.0.113.9")
    assert lockout.attempt("siti", "203.0.113.9") == 0
    # Under such pressure an address that is tried once an hour gets one guess an hour.
    assert guesses <= 200 * 48 + PRESSURE * TRIES


def test_a_browser_is_known_for_the_account_that_it_was_logged_in_to_and_no_other() -> None:
    browsers = KnownBrowsers()
    first = browsers.new("siti", "")
    assert browsers.client(first, "siti")
    assert browsers.client(first, "budi") is None
    assert browsers.client("", "siti") is None
    second = browsers.new("siti", first)
    assert browsers.client(first, "siti") is None, "each login gives a new one"
    assert browsers.client(second, "siti")


def test_under_pressure_an_address_has_one_try(lockout: Lockout) -> None:
    for number in range(PRESSURE):
        lockout.attempt("siti", f"198.51.100.{number}")
    assert lockout.attempt("siti", "192.0.2.1") == 0
    assert lockout.attempt("siti", "192.0.2.1") == 30


def test_memory_is_bounded_however_many_clients_come(clock: Clock) -> None:
    lockout = Lockout(clock, kept=100)
    for number in range(1000):
        lockout.attempt("siti", f"10.0.{number // 250}.{number % 250}")
    assert len(lockout._by_address) == len(lockout._by_both) == 100


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8::1", "2001:db8::ffff:1", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("fe80::1%eth0", "fe80::2%eth1", True),
    ],
)
def test_addresses_of_one_line_are_one_client(one: str, other: str, same: bool) -> None:
    assert (network_of(one) == network_of(other)) is same


# Sessions

SITI = Account("siti", "reader", "hash")
BUDI = Account("budi", "editor", "hash")


def test_a_session_ends_when_it_is_idle_and_at_the_latest_after_a_day(clock: Clock) -> None:
    sessions, known = LoginSessions(clock), {"siti": SITI}
    token = sessions.begin(SITI)
    for _ in range(2):
        clock.now += IDLE
        assert sessions.account(token, known) == SITI
    clock.now = 1000.0 + LONGEST_SESSION
    assert sessions.account(token, known) == SITI
    clock.now += 1
    assert sessions.account(token, known) is None
    idle = sessions.begin(SITI)
    clock.now += IDLE + 1
    assert sessions.account(idle, known) is None


@pytest.mark.parametrize(
    "after",
    [{}, {"siti": Account("siti", "editor", "hash")}, {"siti": Account("siti", "reader", "other")}],
)
def test_a_session_ends_with_its_account_password_or_role(after: dict[str, Account]) -> None:
    sessions = LoginSessions()
    token = sessions.begin(SITI)
    assert sessions.account(token, after) is None
    assert sessions.account(token, {"siti": SITI}) is None, "for good"


def test_a_session_that_was_ended_or_never_begun_is_nobodys() -> None:
    sessions, known = LoginSessions(), {"siti": SITI}
    token = sessions.begin(SITI)
    sessions.end(token)
    assert [sessions.account(one, known) for one in (token, "", "made-up", "\udcff")] == [None] * 4


def test_one_account_cannot_push_out_the_sessions_of_others() -> None:
    sessions, known = LoginSessions(), {"siti": SITI, "budi": BUDI}
    kept = sessions.begin(BUDI)
    tokens = [sessions.begin(SITI) for _ in range(OF_ACCOUNT + 10)]
    assert len(set(tokens)) == len(tokens)
    assert sessions.account(kept, known) == BUDI
    assert sum(sessions.account(token, known) is not None for token in tokens) == OF_ACCOUNT
    assert sessions.account(tokens[-1], known) == SITI
