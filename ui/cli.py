"""`tanya serve` and `tanya users`, added to the command line by their entry points."""

from __future__ import annotations

import argparse
import getpass
import logging
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from ui.auth.accounts import ROLES

if TYPE_CHECKING:
    from rag.pipeline import Assistant

log = logging.getLogger("tanya")


def add_serve(commands: Any) -> None:
    """Add `serve` to the subcommands of `tanya`."""
    serve = commands.add_parser("serve", help="the chat page, at http://127.0.0.1:7860")
    serve.add_argument("--host", metavar="H", help="address to listen on (default 127.0.0.1)")
    serve.add_argument("--port", type=int, metavar="P", help="port to listen on (default 7860)")
    serve.add_argument("--proxy", metavar="A,B", help="addresses of the reverse proxies that are believed")
    serve.add_argument("--path", metavar="/P", help="where a reverse proxy shows the page (default /)")
    serve.add_argument(
        "--rate", type=int, metavar="N", help="questions of one client in a minute (default 300)"
    )
    serve.add_argument("--log", choices=("plain", "json"), default="plain", help="default: plain")
    serve.add_argument("--log-questions", action="store_true", help="let the JSON log hold what people ask")
    serve.set_defaults(run=_serve)


def _serve(arguments: argparse.Namespace) -> int:
    from index import NoIndex, Settings
    from index.library import Library
    from ui.server import serve

    settings = Settings.load(
        home=arguments.home,
        host=arguments.host,
        port=arguments.port,
        proxy=arguments.proxy,
        path=arguments.path,
        rate=arguments.rate,
    )
    library = Library(settings)
    with suppress(NoIndex):
        # What else is wrong with the library is told here rather than on the page.
        library.count()

    def open_assistant() -> Assistant:
        from rag.pipeline import load_assistant

        try:
            library.open()
        except NoIndex:
            log.warning("there are no articles yet; upload some on the page, or run: tanya index FOLDER")
        assistant = load_assistant(library)
        # Models load at their first use, which is not to be the first question.
        assistant.embedder.encode(["Siap?"], "query")
        return assistant

    serve(
        open_assistant,
        settings,
        log=arguments.log,
        log_questions=arguments.log_questions,
        close=library.close,
    )
    return 0


_HELP = """\
Who may log in to the page. Without accounts it is open, on the machine that it runs on alone; with the first
account everybody logs in, and `tanya serve --host` may name an address that other machines reach.

  tanya users add siti                    a reader, who asks; the password is asked for
  tanya users add budi --role editor      an editor, who also changes the articles and works on the review
  tanya users add rina --role admin       an admin, who also changes accounts, on the page under Users
  tanya users token budi                  a token for scripts: Authorization: Bearer TOKEN
  tanya users password siti < FILE        the password from the first line of a file
"""


def add_users(commands: Any) -> None:
    """Add `users` to the subcommands of `tanya`."""
    users = commands.add_parser(
        "users",
        help="who may log in to the page",
        description=_HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    actions = users.add_subparsers(dest="action", required=True, metavar="ACTION")
    add = actions.add_parser("add", help="make an account; its password is asked for, or read from stdin")
    add.add_argument("name", metavar="NAME")
    add.add_argument("--role", choices=ROLES, default="reader", help="default: reader")
    listed = actions.add_parser("list", help="names and roles")
    listed.add_argument("--json", action="store_true")
    for action, text in (
        ("remove", "remove an account; its sessions end at once"),
        ("password", "change a password; the sessions and the token of the account end at once"),
        ("role", "change what somebody may do; the sessions and the token of the account end at once"),
        ("token", "a new token for scripts, told once; the former one is worthless"),
    ):
        parser = actions.add_parser(action, help=text)
        parser.add_argument("name", metavar="NAME")
        if action == "role":
            parser.add_argument("role", choices=ROLES, metavar="ROLE", help=" or ".join(ROLES))
        if action == "token":
            parser.add_argument("--revoke", action="store_true", help="make the token worthless, no new one")
    users.set_defaults(run=_users)


def _users(arguments: argparse.Namespace) -> int:
    from index import Settings
    from ui.auth.accounts import Accounts, has_admin

    accounts = Accounts(Settings.load(home=arguments.home).home)
    name = getattr(arguments, "name", "")
    had_admin = has_admin(accounts.all())
    match arguments.action:
        case "list":
            _list(accounts, as_json=arguments.json)
        case "add":
            accounts.check_new(name)
            accounts.add(name, _password(name), arguments.role)
            _tell(f"added {name}, {arguments.role}")
        case "password":
            accounts.known(name)
            accounts.set_password(name, _password(name))
            _tell(f"changed the password of {name}; the sessions and the token of {name} have ended")
        case "role":
            accounts.set_role(name, arguments.role)
            _tell(f"{name} is {arguments.role}; the sessions and the token of {name} have ended")
        case "remove":
            accounts.remove(name)
            _tell(f"removed {name}")
            if not accounts.all():
                _tell("nobody has an account now; a page of this machine alone is open, others let nobody in")
        case "token" if arguments.revoke:
            accounts.revoke_token(name)
            _tell(f"{name} has no token now")
        case "token":
            token = accounts.new_token(name)
            _tell("this is told once; send it as: Authorization: Bearer TOKEN")
            sys.stdout.write(f"{token}\n")
    if had_admin and accounts.all() and not has_admin(accounts.all()):
        _tell("nobody manages accounts on the page now; make an admin with: tanya users role NAME admin")
    return 0


def _list(accounts: Any, *, as_json: bool) -> None:
    from rag.output import write_json

    listed = [
        {"name": one.name, "role": one.role, "token": one.token is not None}
        for one in accounts.all().values()
    ]
    if as_json:
        write_json(listed)
        return
    for one in listed:
        sys.stdout.write(f"{one['name']}  {one['role']}{'  has a token' if one['token'] else ''}\n")
    if not listed:
        _tell("nobody has an account; make one with: tanya users add NAME")


def _password(name: str) -> str:
    """A new password, from the terminal without showing it, else the first line of stdin.

    Raises:
        AccountError: the two that were typed differ.
    """
    from ui.auth.accounts import AccountError

    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    first = getpass.getpass(f"New password of {name}: ", stream=sys.stderr)
    if getpass.getpass("Once more: ", stream=sys.stderr) != first:
        raise AccountError("the two passwords differ; try again")
    return first


def _tell(line: str) -> None:
    sys.stderr.write(f"tanya: {line}\n")
