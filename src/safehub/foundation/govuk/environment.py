"""The Jinja2 environment of all pages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.messages import get_messages
from django.urls import reverse
from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    Environment,
    FileSystemBytecodeCache,
    PackageLoader,
    PrefixLoader,
)
from jinja2.bccache import Bucket

from safehub.foundation.govuk import parts
from safehub.foundation.govuk.built import asset
from safehub.foundation.govuk.shell import shell_of
from safehub.foundation.govuk.wording import day, moment, plural


class _Cache(FileSystemBytecodeCache):
    """Compiled templates on disk. Where it cannot be written, templates are compiled each start."""

    def load_bytecode(self, bucket: Bucket) -> None:
        try:
            super().load_bytecode(bucket)
        except (OSError, EOFError, ValueError, TypeError):
            bucket.reset()

    def dump_bytecode(self, bucket: Bucket) -> None:
        try:
            super().dump_bytecode(bucket)
        except OSError:
            return


def _cache() -> _Cache | None:
    folder = Path(settings.SAFEHUB_HOME) / "cache" / "templates"
    try:
        # Compiled code is run as it is found: nobody else may put any there.
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        return None
    return _Cache(str(folder))


def environment(loader: BaseLoader, **options: Any) -> Environment:
    """Called by Django with its loader of every app's folder `jinja2`."""
    macros = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
    made = Environment(  # noqa: S701 - Django gives autoescape=True, and settings say so again
        loader=ChoiceLoader([loader, macros]),
        bytecode_cache=_cache(),
        # Half the bytes of a page were blank lines of the macros.
        trim_blocks=True,
        lstrip_blocks=True,
        cache_size=1000,
        **options,
    )
    made.globals.update(told=get_messages, url=reverse, asset=asset, shell_of=shell_of)
    made.globals.update({part.__name__: part for part in parts.PARTS})
    made.filters.update(day=day, moment=moment, plural=plural, cells=parts.cells)
    return made
