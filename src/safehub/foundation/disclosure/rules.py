"""Who is barred from what, what is too much in a document, and what a clearance covers."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict

from rapidfuzz.distance import OSA

from safehub.foundation.disclosure.outgoing import Labels, NotTo, Outgoing, OutgoingTo
from safehub.foundation.disclosure.protected import Hit, Protected
from safehub.foundation.disclosure.squashed import squash

_SLIPS_IN = 8
Key = tuple[str, tuple[str, ...], str]


def bars(labels: Labels, recipient: OutgoingTo) -> str:
    """Why the recipient must not get an item with these labels; blank where nothing bars them.

    One of whom nobody has said what they are is barred where the item is barred to a relation.
    """
    for one in labels.not_to:
        if one.person_key and one.person_key == recipient.person_key:
            return "the item must not reach this person"
        if one.relation and recipient.relations is None:
            return f"the item must not reach a {one.relation}, and nobody has said what they are"
        if one.relation and one.relation in (recipient.relations or ()):
            return f"the item must not reach a {one.relation}"
        if any(is_same_name(name, recipient.name) for name in one.names):
            return "the recipient has the name of somebody whom the item must not reach"
    return ""


def is_same_name(one: str, other: str) -> bool:
    """Whether two names may be one person's: the same letters in any order of words, but a slip."""
    first, second = (sorted(_words(name)) for name in (one, other))
    if not first or not second:
        return False
    if set(first) <= set(second) or set(second) <= set(first):
        return True
    joined, beside = "".join(first), "".join(second)
    return OSA.distance(joined, beside) <= (1 if len(joined) < _SLIPS_IN else 2)


def _words(name: str) -> list[str]:
    titles = {"mr", "mrs", "ms", "miss", "dr", "prof", "sir"}
    words = [squash(word) for word in name.replace("-", " ").split()]
    return [word for word in words if len(word) > 1 and word not in titles]


def labels_as_data(labels: Labels) -> dict[str, object]:
    """The labels as they are stored."""
    return asdict(labels)


def labels_from_data(data: dict[str, object]) -> Labels:
    """The labels as they were given."""
    not_to = data.get("not_to") or []
    assert isinstance(not_to, list | tuple)  # noqa: S101 - the shape of our own column
    return Labels(
        tuple(NotTo(row["person_key"], row["relation"], tuple(row["names"])) for row in not_to),
        str(data.get("purpose", "")),
        str(data.get("origin", "")),
        str(data.get("recheck_by", "")),
    )


def surplus(hits: Iterable[Hit], allowed: Counter[Key]) -> list[Hit]:
    """The hits beyond those that a person has let stand."""
    left = Counter(allowed)
    found = []
    for hit in hits:
        if left[hit.key] > 0:
            left[hit.key] -= 1
        else:
            found.append(hit)
    return found


def outgoing_digest(outgoing: Outgoing) -> str:
    """One hash of every item, label, recipient and protected word, whatever order words are in."""
    return _digest(
        [
            [
                [i.kind, i.key, i.title, i.text, _file(i.file), labels_as_data(i.labels)]
                for i in outgoing.items
            ],
            [asdict(recipient) for recipient in outgoing.recipients],
            protected_words(outgoing.protected),
        ]
    )


def _file(file: object) -> list[str]:
    name, data = getattr(file, "name", ""), getattr(file, "data", b"")
    return [name, hashlib.sha256(data).hexdigest() if file is not None else ""]


def protected_words(protected: Sequence[Protected]) -> list[list[str]]:
    """Each word with its kind and whose it is, in a fixed order, each once."""
    rows = {(one.kind.value, one.person_key, word) for one in protected for word in one.words}
    return [list(row) for row in sorted(rows)]


def clearance_digest(outgoing: Outgoing, decided: object) -> str:
    """One hash of what goes out and of all that people decided about it."""
    return _digest([outgoing_digest(outgoing), decided])


def _digest(data: object) -> str:
    text = json.dumps(data, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()
