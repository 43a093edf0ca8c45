"""Writing YAML that reads back as it was: every text in quotes, and no key that holds nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

Data = dict[str, Any]


class _Words(yaml.SafeDumper):
    """Writes every text in quotes, so that no reader takes one for anything else."""


def _quoted(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"')


class Key(str):
    """A key of the format, which needs no quotes."""

    __slots__ = ()


def _plain(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", str(text))


_Words.add_representer(str, _quoted)
_Words.add_representer(Key, _plain)


def write_yaml(path: Path, data: Any) -> None:
    """The file, in UTF-8, its keys in this order."""
    text = yaml.dump(data, Dumper=_Words, allow_unicode=True, sort_keys=False, width=10_000)
    path.write_text(text, encoding="utf-8", newline="\n")


def keyed(**values: Any) -> Data:
    """Only what is there: a key that holds nothing would be a mistake."""
    return {Key(name): value for name, value in values.items() if value not in (None, "", [])}
