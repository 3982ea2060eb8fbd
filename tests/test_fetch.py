"""A feed is fetched from the open network only, within limits, and where robots may."""

import contextlib
import gzip
import http.server
import ipaddress
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from files_double import PARAGRAPHS, rss

from index.errors import ArticleError
from index.fetch import LARGEST, fetch_feed, is_public

FEED = rss(
    f"<item><title>Ekspor Naik</title><guid>g1</guid><description>{PARAGRAPHS[0]}</description></item>"
)

Answers = dict[str, tuple[int, dict[str, str], bytes]]
"""Status, headers and body by path."""


def anyone(_: object) -> bool:
    """A policy that lets a test ask its own machine."""
    return True


@contextlib.contextmanager
def serving(answers: Answers, asked: list[str] | None = None, pause: float = 0) -> Iterator[str]:
    """A server on this machine; its address, and what it was asked."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if asked is not None:
                asked.append(self.path)
            status, headers, body = answers.get(self.path, (404, {}, b""))
            with contextlib.suppress(OSError):
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                for start in range(0, len(body), 1 if pause and self.path == "/feed" else 2**16):
                    self.wfile.write(body[start : start + (1 if pause and self.path == "/feed" else 2**16)])
                    time.sleep(pause if self.path == "/feed" else 0)

        def log_message(self, *arguments: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def refusal(address: str, **limits: float) -> str:
    with pytest.raises(ArticleError, match="; ") as caught:
        fetch_feed(address, anyone, **limits)
    assert str(caught.value).startswith(f"{address}: ")
    assert len(str(caught.value).splitlines()) == 1
    return str(caught.value)


def test_a_feed_is_fetched_after_its_robots_were_asked() -> None:
    asked: list[str] = []
    with serving({"/feed?x=1": (200, {}, FEED)}, asked) as server:
        assert fetch_feed(f"{server}/feed?x=1", anyone) == FEED
    assert asked == ["/robots.txt", "/feed?x=1"]


def test_a_packed_answer_is_unpacked() -> None:
    with serving({"/feed": (200, {"Content-Encoding": "gzip"}, gzip.compress(FEED, mtime=0))}) as server:
        assert fetch_feed(f"{server}/feed", anyone) == FEED


@pytest.mark.parametrize("headers", [{}, {"Content-Encoding": "gzip"}])
def test_an_answer_that_is_too_large_is_refused(headers: dict[str, str]) -> None:
    body = gzip.compress(bytes(LARGEST + 1), mtime=0) if headers else bytes(LARGEST + 1)
    with serving({"/feed": (200, headers, body)}) as server:
        assert "it is larger than 20 MB; name a feed with fewer entries" in refusal(f"{server}/feed")


@pytest.mark.parametrize(
    ("robots", "message"),
    [
        (
            (200, {}, b"User-agent: *\nDisallow: /feed"),
            "its robots.txt forbids it; save the feed from a browser",
        ),
        ((200, {}, b"User-agent: tanya-berita\nDisallow: /"), "its robots.txt forbids it"),
        ((503, {}, b""), r"its robots.txt cannot be asked (the server answered 503); try again later"),
    ],
)
def test_what_robots_may_not_fetch_is_not_fetched(
    robots: tuple[int, dict[str, str], bytes], message: str
) -> None:
    asked: list[str] = []
    with serving({"/robots.txt": robots, "/feed": (200, {}, FEED)}, asked) as server:
        assert message in refusal(f"{server}/feed")
    assert asked == ["/robots.txt"]


def test_a_redirect_is_followed_and_checked_like_the_first_address() -> None:
    with serving({"/feed": (200, {}, FEED), "/old": (301, {"Location": "/feed"}, b"")}) as server:
        assert fetch_feed(f"{server}/old", anyone) == FEED
    for place, message in (
        ("file:///etc/passwd", "only https and http are fetched"),
        ("http://user:secret@127.0.0.1/", "it holds a name or password"),
        ("/loop", "it leads on more than 5 times; name the feed's own address"),
    ):
        with serving({"/loop": (302, {"Location": place}, b"")}) as server:
            assert message in refusal(f"{server}/loop")


def test_a_redirect_to_a_private_address_is_refused() -> None:
    def first_only() -> Callable[[object], bool]:
        # robots.txt and the feed itself may be asked for, and nothing after the redirect.
        left = iter([True, True])
        return lambda _: next(left, False)

    with (
        serving({"/feed": (302, {"Location": "http://127.0.0.1:1/"}, b"")}) as server,
        pytest.raises(ArticleError, match=r"127.0.0.1 is a private or local address \(127.0.0.1\); save"),
    ):
        fetch_feed(f"{server}/feed", first_only())


def test_a_server_that_dribbles_is_given_up() -> None:
    begun = time.monotonic()
    with serving({"/feed": (200, {}, FEED)}, pause=0.05) as server:
        assert "no whole answer within 1 s; try again later" in refusal(f"{server}/feed", patience=0.6)
    assert time.monotonic() - begun < 3


@pytest.mark.parametrize(
    ("address", "message"),
    [
        (
            "ftp://melati.example/feed",
            "only https and http are fetched; write it as https://example.org/feed",
        ),
        ("https:///feed", "only https and http are fetched"),
        ("https://user:pass@melati.example/", "it holds a name or password; name a feed that needs none"),
        ("https://[::1/feed", "it is no address; write it as"),
        ("https://melati.example:99999/", "it is no address"),
        ("https://melati.example/a b", "it holds a space or a control character; correct it"),
        ("https://melati.example/\r\nHost: x", "it holds a space or a control character"),
        ("http://127.0.0.1:1/feed", "cannot be reached"),
    ],
)
def test_an_address_that_cannot_be_asked_is_refused_with_the_cure(address: str, message: str) -> None:
    with pytest.raises(ArticleError, match="; ") as caught:
        fetch_feed(address, anyone)
    assert message in str(caught.value)


def test_this_machine_and_its_network_are_never_asked() -> None:
    asked: list[str] = []
    with serving({"/feed": (200, {}, FEED)}, asked) as server:
        for host in ("127.0.0.1", "localhost", "0x7f000001", "2130706433"):
            with pytest.raises(ArticleError, match=r"private or local address|is not known"):
                fetch_feed(server.replace("127.0.0.1", host) + "/feed")
    assert asked == []


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1:248:1893:25c8:1946", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("::", False),
        ("fe80::1", False),
        ("fc00::1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:10.0.0.1", False),
        ("64:ff9b::7f00:1", False),
        ("2002:7f00:1::", False),
        ("ff02::1", False),
    ],
)
def test_only_addresses_of_the_open_network_are_public(address: str, public: bool) -> None:
    assert is_public(ipaddress.ip_address(address)) is public
