"""The parts of docs/ that code knows: the keys of config.toml and the commands. cog writes them, a test compares."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import click
from pydantic import TypeAdapter

from filature.cli import main
from filature.config import Config

Schema = Mapping[str, Any]
HELP_WIDTH = 100
_TYPES = {"string": "text", "number": "number", "integer": "whole number", "boolean": "true or false"}


def config_keys() -> str:
    """Markdown: a table of keys for each table of config.toml, from the dataclasses that read it."""
    schema = TypeAdapter(Config).json_schema()
    return "\n".join(_tables(schema, schema["$defs"]))


def _tables(schema: Schema, parts: Schema) -> Iterator[str]:
    tables = {key: _table_of(value) for key, value in schema["properties"].items()}
    yield "### At the top of the file\n"
    yield from _keys({key: schema["properties"][key] for key, part in tables.items() if part is None}, schema)
    for key, part in tables.items():
        if part is not None:
            listed = schema["properties"][key].get("type") == "array"
            yield f"### `{f'[[{key}]]' if listed else f'[{key}]'}`\n\n{parts[part]['description']}\n"
            yield from _keys(parts[part]["properties"], parts[part])


def _table_of(value: Schema) -> str | None:
    """The part of the schema that a key's table, or list of tables, is described by; None for a plain value."""
    reference: str = value.get("$ref") or value.get("items", {}).get("$ref", "")
    return reference.rpartition("/")[2] or None


def _keys(keys: Schema, table: Schema) -> Iterator[str]:
    yield "| key | what | type | default |\n|---|---|---|---|"
    for key, value in keys.items():
        default = "required" if key in table.get("required", ()) else _shown(value.get("default"))
        yield f"| `{key}` | {value['description']} | {_type(value)} | {default} |"
    yield ""


def _type(value: Schema) -> str:
    options = [option for option in value.get("anyOf", [value]) if option.get("type") != "null"]
    chosen: Schema = options[0]
    if "enum" in chosen:
        return ", ".join(f"`{word}`" for word in chosen["enum"])
    if chosen["type"] == "array":
        return f"list of {_type(chosen['items'])}s"
    if chosen["type"] == "object":
        return "table of texts"
    return "path" if chosen.get("format") == "path" else _TYPES[chosen["type"]]


def _shown(value: object) -> str:
    return "none" if value in (None, [], {}) else f"`{json.dumps(value)}`"


def commands() -> str:
    """Markdown: the help of `filature` and of each of its commands, as they print it."""
    top = click.Context(main, info_name="filature", terminal_width=HELP_WIDTH, **main.context_settings)
    return "\n".join(_help(main, top))


def command_names(command: click.Command = main, path: str = "filature") -> Iterator[str]:
    """`filature add`, `filature report topics`...: every command a person can type."""
    if not isinstance(command, click.Group):
        yield path
        return
    for name, inner in command.commands.items():
        yield from command_names(inner, f"{path} {name}")


def _help(command: click.Command, context: click.Context) -> Iterator[str]:
    yield f"## {context.command_path}\n\n```\n{command.get_help(context)}\n```\n"
    if isinstance(command, click.Group):
        for name, inner in command.commands.items():
            settings = {"terminal_width": HELP_WIDTH, **inner.context_settings}
            yield from _help(inner, click.Context(inner, parent=context, info_name=name, **settings))
