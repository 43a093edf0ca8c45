"""A Questionnaire that somebody sends, as the sheets of a tool."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from safehub.exchange.fhir_questionnaire.parsing import parsed
from safehub.exchange.fhir_questionnaire.reading import read_questionnaire
from safehub.foundation.mistakes import Mistake, Mistakes
from safehub.instruments.uploading import Sent
from safehub.instruments.writing import sheets_of

ENDINGS = (".json", ".xml")
# How a remark on no single item begins: on a page it goes without saying.
_WHOLE = "the Questionnaire: "
_NUMBERED = re.compile(r"([A-Za-z]\w*) (\d+)\Z", re.ASCII)
_PROPERTY = re.compile(r"_?[A-Za-z]\w*(\[\w*\])?\Z", re.ASCII)


def sent_in(data: bytes, name: str) -> tuple[Sent, list[str]]:
    """The sheets that it comes to, or all that is wrong; and what was left out without a harm."""
    mistakes = Mistakes()
    tool = read_questionnaire(data, mistakes.of(name))
    sheets = sheets_of(tool) if tool is not None else None
    return Sent(sheets, tuple(mistakes)), mistakes.remarks


def read_upload(data: bytes, name: str) -> Sent:
    """The same for a page: each mistake with the path to it in the file, and the linkId.

    What is no Questionnaire at all is not worth keeping: there is nothing in it to be mended.
    """
    sent, remarks = sent_in(data, name)
    resource = parsed(data, Mistakes().of(name))
    if resource is None:
        return replace(sent, is_mendable=False)
    paths = dict(_paths(resource, ""))
    return replace(
        sent,
        mistakes=tuple(_at_path(one, paths) for one in sent.mistakes),
        remarks=tuple(one.removeprefix(f"{name}, ").removeprefix(_WHOLE) for one in remarks),
    )


def _paths(holder: Mapping[str, Any], above: str) -> Iterator[tuple[str, str]]:
    """Where each item stands, by its linkId."""
    items = holder.get("item")
    for number, item in enumerate(items if isinstance(items, list) else ()):
        if not isinstance(item, dict):
            continue
        path = f"{above}item[{number}]"
        yield str(item.get("linkId", "")), path
        yield from _paths(item, f"{path}.")


def _at_path(mistake: Mistake, paths: Mapping[str, str]) -> Mistake:
    """The mistake with its place as a path, such as `item[2].item[0].type (linkId 3.1)`."""
    link, rest = _item_of(mistake.place, paths)
    path = paths[link] if link else ""
    words: list[str] = []
    for piece in filter(None, rest.split(", ")):
        numbered = _NUMBERED.match(piece)
        if numbered and not words:
            path += f".{numbered[1]}[{int(numbered[2]) - 1}]"
        elif _PROPERTY.match(piece) and not words:
            path += f".{piece}"
        else:
            words.append(piece)
    place = ", ".join([*filter(None, [path.removeprefix(".")]), *words])
    return replace(mistake, place=f"{place} (linkId {link})" if link else place)


def _item_of(place: str, paths: Mapping[str, str]) -> tuple[str, str]:
    """The linkId that a place begins with, and what comes after it. A linkId may have commas."""
    pieces = place.removeprefix("item ").split(", ") if place.startswith("item ") else []
    for end in range(len(pieces), 0, -1):
        link = ", ".join(pieces[:end])
        if link in paths:
            return link, ", ".join(pieces[end:])
    return "", place
