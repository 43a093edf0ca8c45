"""What stands in the column `type`, in each of the ways in which XLSForm lets it be written."""

from __future__ import annotations

import re
from typing import NamedTuple

from safehub.instruments.tools import QuestionType

GROUPS = ("begin_group", "end_group", "begin_repeat", "end_repeat")
TYPES = ", ".join(kind.value for kind in QuestionType) + ", " + ", ".join(GROUPS[:-1])
TYPES += f" or {GROUPS[-1]}"

LISTED = {QuestionType.SELECT_ONE, QuestionType.SELECT_MULTIPLE, QuestionType.RANK}

_OTHER = re.compile(r"\s+(or_other|or other|or specify other)\Z")
_ALIASES = (
    (r"select one(?: from)?(?= |\Z)|select1(?= |\Z)", "select_one"),
    (
        r"select (?:all that apply|multiple)(?: from)?(?= |\Z)",
        "select_multiple",
    ),
    (r"int\Z", "integer"),
    (r"string\Z", "text"),
    (r"datetime\Z|date time\Z", "dateTime"),
    (r"trigger\Z", "acknowledge"),
    (r"begin[ _]repeat\Z", "begin_repeat"),
    (r"end[ _]repeat\Z", "end_repeat"),
    (r"begin[ _]group\Z", "begin_group"),
    (r"end[ _]group\Z", "end_group"),
)
_FILE = "file, for a picture or recording is evidence"
_KEPT = "no row, for who answered and when is kept anyway"
_INSTEAD = {
    **dict.fromkeys(("image", "photo", "audio", "video", "background-audio"), _FILE),
    **dict.fromkeys(
        ("geopoint", "geotrace", "geoshape", "start-geopoint", "gps", "location", "osm"),
        "text, for the name of a place",
    ),
    **dict.fromkeys(("barcode", "phone number"), "text"),
    **dict.fromkeys(
        (
            *("start", "end", "today", "deviceid", "device id", "username", "email", "phonenumber"),
            *("simserial", "subscriberid", "audit", "start time", "end time"),
        ),
        _KEPT,
    ),
    **dict.fromkeys(
        (
            *("select_one_from_file", "select_multiple_from_file", "select_one_external"),
            *("csv-external", "xml-external", "rank_from_file"),
        ),
        "select_one with a list on the sheet choices and a choice_filter",
    ),
    "hidden": "calculate",
}


class Kind(NamedTuple):
    """A type as it was written, in this product's words; `type` is None for what is none."""

    type: QuestionType | None
    group: str = ""
    list_name: str = ""
    has_other: bool = False


def kind_of(written: str) -> Kind:
    """What the cell says."""
    text = re.sub(r"\s+", " ", written)
    for pattern, word in _ALIASES:
        text, count = re.subn(rf"\A(?:{pattern})", word, text)
        if count:
            break
    if text in GROUPS:
        return Kind(None, group=text)
    word, _, list_name = text.partition(" ")
    if word not in set(QuestionType):
        return Kind(None)
    question_type = QuestionType(word)
    if question_type not in LISTED:
        return Kind(None) if list_name else Kind(question_type)
    other = _OTHER.search(f" {list_name}")
    if other and question_type is not QuestionType.RANK:
        return Kind(question_type, list_name=list_name[: -len(other[1])].strip(), has_other=True)
    return Kind(question_type, list_name=list_name)


def types_wanted(written: str) -> str:
    """The types that there are, and which of them to take for this one."""
    text = re.sub(r"\s+", " ", written)
    instead = _INSTEAD.get(text) or _INSTEAD.get(text.partition(" ")[0])
    if re.match("(begin|end)[ _]loop", text):
        instead = "a question for each, or a repeat"
    return f"{TYPES} ({instead})" if instead else TYPES


def is_beyond(kind: str) -> bool:
    """Whether it begins or ends something else than a group: no question, with name or without."""
    return re.match(r"(begin|end)[ _]", kind) is not None and kind != "end time"
