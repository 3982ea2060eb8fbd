"""A plugin of mypy: a word of the interface is known where `ui/locales/id.toml` has it, and nowhere else."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from mypy.nodes import TypeInfo, Var
from mypy.options import Options
from mypy.plugin import AttributeContext, Plugin, ReportConfigContext
from mypy.types import Instance, Type

FILE = Path(__file__).parents[1] / "ui" / "locales" / "id.toml"
TABLE, LOCALE = "ui.locales.WordTable", "ui.locales.Locale"


class Words(Plugin):
    """Gives the attributes of the tables in `ui.locales` their types: a text, or texts by their keys."""

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self._tables: dict[str, Any] = tomllib.loads(FILE.read_text("utf-8"))
        # The code of a language is the name of its file.
        self._tables["chat"]["language"] = ""

    def report_config_data(self, ctx: ReportConfigContext) -> Any:  # noqa: ARG002
        """With another of these, types are checked anew."""
        return {name: sorted(table) for name, table in self._tables.items()}

    def get_attribute_hook(self, fullname: str) -> Callable[[AttributeContext], Type] | None:
        owner, _, key = fullname.rpartition(".")
        return partial(self._type_of, key=key) if owner == TABLE else None

    def _type_of(self, context: AttributeContext, *, key: str) -> Type:
        locale = self.lookup_fully_qualified(LOCALE)
        assert locale is not None
        assert isinstance(locale.node, TypeInfo)
        for name, symbol in locale.node.names.items():
            if isinstance(symbol.node, Var) and symbol.node.type == context.type:
                return self._typed(context, name, key)
        context.api.fail("a table of words is one of those of a Locale", context.context)
        return context.default_attr_type

    def _typed(self, context: AttributeContext, name: str, key: str) -> Type:
        if key not in self._tables[name]:
            context.api.fail(f"{FILE.name} has no {name}.{key}", context.context)
            return context.default_attr_type
        text: Instance = context.api.named_generic_type("builtins.str", [])
        if isinstance(self._tables[name][key], str):
            return text
        return context.api.named_generic_type("builtins.dict", [text, text])


def plugin(version: str) -> type[Words]:  # noqa: ARG001
    """The plugin's class, for a version of mypy."""
    return Words
