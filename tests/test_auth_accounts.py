"""Accounts: their file, their passwords, and the command that changes them."""

from __future__ import annotations

import io
import json
import shutil
import stat
import sys
import threading
from pathlib import Path

import pytest

from rag.cli import main
from ui.auth.accounts import (
    FILE,
    LOCAL,
    LOCK,
    ROLES,
    AccountError,
    Accounts,
    Visitor,
    _nobody,
    hashed,
    matches,
    of_token,
)

GOOD = "kopi pagi di Medan"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("accounts")
    Accounts(home).add("siti", GOOD, "reader")
    return home


@pytest.fixture
def accounts(made: Path, tmp_path: Path) -> Accounts:
    return Accounts(shutil.copytree(made, tmp_path / "home"))


def test_a_password_is_kept_as_an_argon2id_hash_that_only_it_matches(accounts: Accounts) -> None:
    kept = accounts.all()["siti"].password
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert matches(GOOD, kept)
    assert not matches(GOOD + " ", kept)
    assert not matches("", kept)
    assert kept != hashed(GOOD)


@pytest.mark.parametrize("password", [GOOD, "", "x" * 5000, "\udc80"])
def test_without_a_hash_no_password_matches(password: str) -> None:
    assert not matches(password, None)


def test_a_name_that_nobody_has_costs_as_much_to_check_as_one_that_somebody_has() -> None:
    from argon2 import extract_parameters

    assert extract_parameters(_nobody()) == extract_parameters(hashed(GOOD))


def test_a_password_of_any_characters_can_be_one() -> None:
    for password in ("kata sandi ✓ 密码", "\udc80" * 12, "x" * 1024):
        assert matches(password, hashed(password))
    assert not matches("x" * 1025, hashed("x" * 1024))


def test_the_file_is_its_owners_alone_and_holds_neither_password_nor_token(accounts: Accounts) -> None:
    token = accounts.new_token("siti")
    text = accounts.path.read_text()
    assert stat.S_IMODE(accounts.path.stat().st_mode) == 0o600
    assert GOOD not in text
    assert token not in text
    assert token.removeprefix("tanya_") not in text
    assert {path.name for path in accounts.path.parent.iterdir()} - {LOCK} == {FILE}


@pytest.mark.parametrize(
    ("name", "password", "reason"),
    [
        ("budi", "pendek", r"has 6 characters; choose one of 10 or more$"),
        ("budi", "x" * 1025, r"has 1,025 characters; choose one of 1,024 or fewer$"),
        ("budi-santoso", "Budi-Santoso", r"is the name or only digits; choose one that is neither"),
        ("budi", "budi123456", r"is the name or only digits"),
        ("budi", "0812-3456-7890", r"is the name or only digits"),
        ("budi", "abababababab", r"repeats the same few characters"),
        ("siti", GOOD, r"siti has an account; change it with: tanya users password siti$"),
        ("Budi", GOOD, r"'Budi' cannot be a name; use 1 to 32 small letters"),
        ("../budi", GOOD, r"cannot be a name"),
        ("budi\n", GOOD, r"cannot be a name"),
        ("b" * 33, GOOD, r"cannot be a name"),
        ("", GOOD, r"cannot be a name"),
        ("-budi", GOOD, r"cannot be a name"),
    ],
)
def test_a_weak_password_or_an_unfit_name_is_refused_with_the_cure(
    accounts: Accounts, name: str, password: str, reason: str
) -> None:
    before = accounts.path.read_text()
    with pytest.raises(AccountError, match=reason):
        accounts.add(name, password, "reader")
    assert accounts.path.read_text() == before


def test_a_change_is_seen_by_whoever_read_the_file_before(accounts: Accounts) -> None:
    watching = Accounts(accounts.path.parent)
    stamp = watching.all()["siti"].stamp
    accounts.set_role("siti", "editor")
    assert watching.all()["siti"].role == "editor"
    assert watching.all()["siti"].stamp != stamp
    accounts.remove("siti")
    assert watching.all() == {}
    accounts.path.unlink()
    assert watching.all() == {}


def test_password_and_role_change_the_stamp_of_an_account_and_a_token_does_not(accounts: Accounts) -> None:
    stamps = [accounts.all()["siti"].stamp]
    accounts.set_password("siti", GOOD)
    stamps.append(accounts.all()["siti"].stamp)
    accounts.set_role("siti", "editor")
    stamps.append(accounts.all()["siti"].stamp)
    assert len(set(stamps)) == 3
    accounts.new_token("siti")
    assert accounts.all()["siti"].stamp == stamps[-1]


def test_another_password_or_role_makes_the_token_worthless(accounts: Accounts) -> None:
    for change in (
        lambda: accounts.set_password("siti", GOOD),
        lambda: accounts.set_role("siti", "editor"),
    ):
        token = accounts.new_token("siti")
        change()
        assert of_token(token, accounts.all()) is None


def test_a_role_that_was_given_back_does_not_bring_back_its_sessions(accounts: Accounts) -> None:
    stamp = accounts.all()["siti"].stamp
    accounts.set_role("siti", "editor")
    accounts.set_role("siti", "reader")
    assert accounts.all()["siti"].stamp != stamp


def test_accounts_of_the_version_before_are_read(accounts: Accounts) -> None:
    kept = json.loads(accounts.path.read_text())
    del kept["users"][0]["epoch"]
    accounts.path.write_text(json.dumps(kept))
    assert accounts.all()["siti"].role == "reader"


def test_each_role_may_do_what_those_before_it_may() -> None:
    rights = [(Visitor("a", role).may_edit, Visitor("a", role).may_manage) for role in ROLES]
    assert rights == [(False, False), (True, False), (True, True)]
    assert not LOCAL.may_manage


def test_the_last_admin_stays_where_that_is_asked_for(accounts: Accounts) -> None:
    accounts.set_role("siti", "admin")
    for change in (
        lambda: accounts.remove("siti", keep_admin=True),
        lambda: accounts.set_role("siti", "editor", keep_admin=True),
    ):
        with pytest.raises(AccountError, match="nobody else is an admin; make somebody one first"):
            change()
    accounts.set_role("siti", "editor")
    assert accounts.all()["siti"].role == "editor"


def test_a_new_token_replaces_the_former_one_and_a_revoked_one_opens_nothing(accounts: Accounts) -> None:
    first, second = accounts.new_token("siti"), accounts.new_token("siti")
    assert of_token(first, accounts.all()) is None
    found = of_token(second, accounts.all())
    assert found is not None
    assert found.name == "siti"
    assert of_token(accounts.all()["siti"].token or "", accounts.all()) is None
    accounts.revoke_token("siti")
    assert of_token(second, accounts.all()) is None
    assert of_token("", accounts.all()) is None


@pytest.mark.parametrize("change", ["remove", "new_token", "revoke_token"])
def test_who_has_no_account_is_named(accounts: Accounts, change: str) -> None:
    with pytest.raises(AccountError, match="'budi' has no account; list them with: tanya users list"):
        getattr(accounts, change)("budi")


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{}",
        '{"users": [{}]}',
        '{"users": [{"name": "a", "role": "root", "password": "x", "token": null}]}',
        '{"users": [{"name": "a", "role": "reader", "password": 1, "token": null}]}',
        '{"users": [["a"]]}',
        "[" * 100_000,
    ],
)
def test_a_damaged_file_lets_nobody_pass_for_nobody(accounts: Accounts, content: str) -> None:
    accounts.path.write_text(content)
    with pytest.raises(
        AccountError, match=r"users\.json cannot be read \(damaged\); put it right, or remove"
    ):
        accounts.all()


def test_accounts_made_at_the_same_time_are_all_kept(tmp_path: Path) -> None:
    threads = [
        threading.Thread(target=Accounts(tmp_path).add, args=(f"orang-{number}", GOOD, "reader"))
        for number in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(Accounts(tmp_path).all()) == [f"orang-{number}" for number in range(4)]


# The command


def users(home: Path, *arguments: str, typed: str = "") -> int:
    stdin, sys.stdin = sys.stdin, io.StringIO(typed)
    try:
        return main(["--home", str(home), "users", *arguments])
    finally:
        sys.stdin = stdin


def test_accounts_are_made_changed_listed_and_removed_by_the_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert users(tmp_path, "add", "budi", "--role", "editor", typed=GOOD + "\n") == 0
    assert capsys.readouterr() == ("", "tanya: added budi, editor\n")
    assert users(tmp_path, "token", "budi") == 0
    assert of_token(capsys.readouterr().out.strip(), Accounts(tmp_path).all())
    assert users(tmp_path, "role", "budi", "reader") == 0
    capsys.readouterr()
    assert users(tmp_path, "list", "--json") == 0
    assert json.loads(capsys.readouterr().out) == [{"name": "budi", "role": "reader", "token": False}]
    assert users(tmp_path, "token", "budi") == 0
    capsys.readouterr()
    assert users(tmp_path, "list") == 0
    assert capsys.readouterr().out == "budi  reader  has a token\n"
    assert users(tmp_path, "password", "budi", typed="pendek\n") == 1
    assert capsys.readouterr().err == "tanya: the password has 6 characters; choose one of 10 or more\n"
    assert users(tmp_path, "remove", "budi") == 0
    assert capsys.readouterr().err.startswith("tanya: removed budi\n")
    assert json.loads((tmp_path / FILE).read_text()) == {"users": []}
    assert users(tmp_path, "list") == 0
    assert capsys.readouterr().err == "tanya: nobody has an account; make one with: tanya users add NAME\n"


def test_the_command_tells_that_nobody_is_an_admin_any_more(
    accounts: Accounts, capsys: pytest.CaptureFixture[str]
) -> None:
    home = accounts.path.parent
    told = "tanya: nobody manages accounts on the page now; make an admin with: tanya users role NAME admin\n"
    for name in ("tuti", "wati"):
        accounts.add(name, GOOD, "admin")
    assert users(home, "remove", "tuti") == 0
    assert capsys.readouterr().err == "tanya: removed tuti\n"
    assert users(home, "role", "wati", "editor") == 0
    assert capsys.readouterr().err.endswith(told)
    assert users(home, "role", "wati", "admin") == 0
    assert told not in capsys.readouterr().err
    assert users(home, "remove", "wati") == 0
    assert capsys.readouterr().err == f"tanya: removed wati\n{told}"
    for name in tuple(accounts.all()):
        assert users(home, "remove", name) == 0
    assert told not in capsys.readouterr().err


def test_a_name_that_is_taken_is_told_before_a_password_is_asked_for(
    accounts: Accounts, capsys: pytest.CaptureFixture[str]
) -> None:
    assert users(accounts.path.parent, "add", "siti") == 1
    assert "siti has an account; change it with: tanya users password siti" in capsys.readouterr().err
