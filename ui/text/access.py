"""The words of the login, in Indonesian and in English."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AccessWords:
    """The words of one language; `{...}` is filled in where it is shown."""

    login: str
    name: str
    password: str
    log_in: str
    wrong: str
    locked: str
    crowded: str
    ended: str
    help: str
    over: str
    again: str
    logged_in: str
    roles: dict[str, str]
    log_out: str
    nobody: str
    to_login: str
    forbidden: str
    cross_site: str
    host: str
    proxied: str
    broken: str
    too_many: str
    too_long: str
    too_slow: str
    head_too_long: str
    seconds: str
    minutes: str


INDONESIAN = AccessWords(
    login="Masuk",
    name="Nama pengguna",
    password="Kata sandi",  # noqa: S106
    log_in="Masuk",
    wrong="Nama pengguna atau kata sandi salah. Periksa lalu coba lagi.",
    locked="Terlalu banyak percobaan yang gagal. Coba lagi dalam {wait}.",
    crowded="Terlalu banyak yang sedang masuk. Coba lagi dalam {wait}.",
    ended="Anda belum masuk, atau sesi Anda telah berakhir. Silakan masuk.",
    help="Belum punya akun atau lupa kata sandi? Hubungi pengelola layanan ini.",
    over="Sesi Anda telah berakhir.",
    again="Masuk kembali (tab baru)",
    logged_in="Anda masuk sebagai {name} ({role}).",
    roles={"reader": "pembaca", "editor": "penyunting"},
    log_out="Keluar",
    nobody="Halaman ini dibuka tanpa masuk, jadi tidak perlu keluar.",
    to_login="Ke halaman masuk",
    forbidden="Hanya penyunting yang boleh melakukan ini.",
    cross_site="Permintaan ini tidak datang dari halaman ini, jadi ditolak. Buka halamannya lalu coba lagi.",
    host="Alamat ini bukan alamat layanan ini. Buka http://127.0.0.1 dengan port yang sama.",
    proxied=(
        "Layanan ini belum punya akun, jadi hanya dapat dibuka langsung di komputer tempatnya berjalan. "
        "Buat akun dengan: tanya users add NAMA"
    ),
    broken="Daftar akun tidak dapat dibaca. Hubungi pengelola layanan ini.",
    too_many="Terlalu banyak permintaan. Coba lagi dalam {wait}.",
    too_long="Kiriman terlalu besar: paling banyak {limit}.",
    too_slow="Kiriman terlalu lambat. Coba lagi.",
    head_too_long="Alamat atau kepala permintaan terlalu panjang.",
    seconds="{count} detik",
    minutes="{count} menit",
)

ENGLISH = AccessWords(
    login="Log in",
    name="User name",
    password="Password",  # noqa: S106
    log_in="Log in",
    wrong="User name or password is wrong. Check them and try again.",
    locked="Too many failed attempts. Try again in {wait}.",
    crowded="Too many people are logging in. Try again in {wait}.",
    ended="You are not logged in, or your session has ended. Please log in.",
    help="No account yet, or password forgotten? Ask whoever runs this service.",
    over="Your session has ended.",
    again="Log in again (new tab)",
    logged_in="You are logged in as {name} ({role}).",
    roles={"reader": "reader", "editor": "editor"},
    log_out="Log out",
    nobody="This page is open without a login, so there is nothing to log out of.",
    to_login="To the login page",
    forbidden="Only editors may do this.",
    cross_site="This request does not come from this page and was refused. Open the page and try again.",
    host="This is not the address of this service. Open http://127.0.0.1 with the same port.",
    proxied=(
        "Nobody has an account here yet, so this service opens only on the machine that it runs on. "
        "Make an account with: tanya users add NAME"
    ),
    broken="The list of accounts cannot be read. Ask whoever runs this service.",
    too_many="Too many requests. Try again in {wait}.",
    too_long="This is too large: {limit} at most.",
    too_slow="This came too slowly. Try again.",
    head_too_long="The address or the headers of the request are too long.",
    seconds="{count} seconds",
    minutes="{count} minutes",
)


def access_words(language: str) -> AccessWords:
    """The words of a page language; Indonesian where it is neither "id" nor "en"."""
    return ENGLISH if language == "en" else INDONESIAN


def in_time(wait: float, words: AccessWords) -> str:
    """A wait of some seconds in words, rounded up, as "40 detik" or "2 menit"."""
    seconds = max(1, -int(-wait // 1))
    if seconds < 90:
        return words.seconds.format(count=seconds)
    return words.minutes.format(count=-(-seconds // 60))
