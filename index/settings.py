"""Settings: the choices that a user can make, from flags, environment, file or default."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from index.errors import SettingsError

EMBEDDED = "intfloat/multilingual-e5-small"
"""The embedding model that comes with the product and needs no network."""

CONFIG_FILE = "tanya.toml"


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting with its default; `Settings.load()` applies file, environment and flags, in that order.

    Attributes:
        home: Where the library is stored (`TANYA_HOME`).
        store: A PostgreSQL database that the library is stored in instead (`TANYA_STORE`):
            `postgresql://user:password@host/database`; without one, `home` is the library.
        cache: Where decoded models are kept (`TANYA_CACHE`).
        embedder: A sentence-transformers id or path (`TANYA_EMBEDDER`).
        reader: A Hugging Face question-answering id or path; without one, the built-in (`TANYA_READER`).
        generator: A model that words the answers: `http://host/v1#model`, a `.gguf` file, or an id
            or path for transformers; without one, articles are quoted (`TANYA_GENERATOR`).
        translator: A model that translates Indonesian quotations in English answers, named like a generator,
            or an adapter in a `.gguf` file; without one, they stay Indonesian (`TANYA_TRANSLATOR`).
        passage_tokens: The longest passage, in the embedder's own tokens.
        host: Address that the page listens on (`TANYA_HOST`).
        port: Port that the page listens on (`TANYA_PORT`).
        proxy: Addresses or networks of reverse proxies, separated by commas, whose `X-Forwarded-For` and
            `X-Forwarded-Proto` are believed; without one, nobody's are (`TANYA_PROXY`).
        path: Where a reverse proxy shows the page, as `/tanya`; without one, at `/` (`TANYA_PATH`).
        rate: Questions that one client may ask in a minute (`TANYA_RATE`).
        timezone: Whose day an instant in UTC falls on, as `Asia/Jakarta` (`TANYA_TIMEZONE`).
    """

    home: Path = Path(".tanya")
    # Not shown: it may hold a password.
    store: str | None = field(default=None, repr=False)
    cache: Path = Path("~/.cache/tanya-berita")
    embedder: str = EMBEDDED
    reader: str | None = None
    generator: str | None = None
    translator: str | None = None
    passage_tokens: int = 160
    host: str = "127.0.0.1"
    port: int = 7860
    proxy: str | None = None
    path: str | None = None
    rate: int = 300
    timezone: str = "Asia/Jakarta"

    @classmethod
    def load(
        cls, environ: Mapping[str, str] | None = None, directory: Path | None = None, **flags: Any
    ) -> Settings:
        """Read `tanya.toml` in `directory`, then `TANYA_*`, then flags that are not None.

        Raises:
            SettingsError: a key is unknown or a value is not of its kind.
        """
        environ = os.environ if environ is None else environ
        known = {one.name for one in fields(cls)}
        settings = cls()
        if environ.get("XDG_CACHE_HOME"):  # empty counts as unset
            settings = replace(settings, cache=Path(environ["XDG_CACHE_HOME"]) / "tanya-berita")
        for origin, values in (
            (CONFIG_FILE, _from_file((directory or Path()) / CONFIG_FILE)),
            ("the environment", _from_environment(environ, known)),
            ("the command line", {key: value for key, value in flags.items() if value is not None}),
        ):
            settings = settings._with(origin, values, known)
        return replace(settings, home=settings.home.expanduser(), cache=settings.cache.expanduser())

    def _with(self, origin: str, values: Mapping[str, Any], known: set[str]) -> Settings:
        changes: dict[str, Any] = {}
        for key, value in values.items():
            if key not in known:
                raise SettingsError(
                    f"{origin} sets {key!r}, which is unknown; use one of: {', '.join(sorted(known))}"
                )
            changes[key] = _convert(origin, key, value, getattr(self, key))
        return replace(self, **changes)


def _from_file(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{path} cannot be read ({error}); correct or remove it") from error


def _from_environment(environ: Mapping[str, str], known: set[str]) -> dict[str, str]:
    prefix = "TANYA_"
    found = {
        key.removeprefix(prefix).lower(): value for key, value in environ.items() if key.startswith(prefix)
    }
    # An unknown variable may belong to a wrapper of ours; an unknown key in the file is a typing error.
    return {key: value for key, value in found.items() if key in known and value}


def _convert(origin: str, key: str, value: Any, default: Any) -> Any:
    try:
        if isinstance(default, Path):
            return Path(value)
        if isinstance(default, int):
            number = int(value)
            if number <= 0:
                raise ValueError(value)
            return number
    except (TypeError, ValueError) as error:
        raise SettingsError(
            f"{origin} sets {key} to {value!r}; give it a {type(default).__name__}"
        ) from error
    return str(value)
