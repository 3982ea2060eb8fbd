"""Ends a process that looks up or reaches another host than this machine; have it on PYTHONPATH for that.

An error could be caught and passed over, an ended process cannot.
"""

import os
import sys

REACHED_OUT = 97
HERE = {None, "", "localhost", "127.0.0.1", "::1", "0.0.0.0", b"localhost", b"127.0.0.1"}


def _watch(event: str, arguments: tuple) -> None:
    if event in {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"}:
        host = arguments[0]
    elif event in {"socket.connect", "socket.sendto", "socket.sendmsg"} and isinstance(arguments[1], tuple):
        host = arguments[1][0]
    else:
        return
    if host not in HERE:
        os.write(2, f"{event} reached out to {host!r}\n".encode())
        os._exit(REACHED_OUT)


sys.addaudithook(_watch)
