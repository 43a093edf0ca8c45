"""What an app hands to the disclosure check: items, recipients, protected words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from safehub.foundation.disclosure.protected import Protected


@dataclass(frozen=True)
class NotTo:
    """Whom an item must not reach: one person, or everybody in a relation, such as `father`.

    `names` are what the person is called, so that somebody outside is recognised by name.
    """

    person_key: str = ""
    relation: str = ""
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Labels:
    """What travels with an item. `recheck_by` is a day, written YYYY-MM-DD, or blank."""

    not_to: tuple[NotTo, ...] = ()
    purpose: str = ""
    origin: str = ""
    recheck_by: str = ""


@dataclass(frozen=True)
class OutgoingFile:
    """A file with its bytes."""

    name: str
    data: bytes


@dataclass(frozen=True)
class OutgoingItem:
    """One thing in what goes out: a text, a file, or both. `kind` and `key` name the record."""

    kind: str
    key: str
    title: str
    text: str = ""
    file: OutgoingFile | None = None
    labels: Labels = Labels()


@dataclass(frozen=True)
class OutgoingTo:
    """A recipient. `relations` are what the person is to the people in the items; None where
    nobody has said, which is not the same as none. `email` gets a reference and a link only."""

    name: str
    person_key: str = ""
    address: str = ""
    email: str = ""
    relations: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Outgoing:
    """All of one disclosure as the app sees it at this moment. It is asked for at each step, so
    that whatever changed since is seen."""

    items: tuple[OutgoingItem, ...]
    recipients: tuple[OutgoingTo, ...]
    protected: tuple[Protected, ...]


@dataclass(frozen=True)
class CleanItem:
    """An item as it may go to one recipient: masked, its file replaced or left out."""

    kind: str
    key: str
    title: str
    text: str
    file: OutgoingFile | None


@dataclass(frozen=True)
class SharingTerms:
    """Why it is right to share, or not to. Field by field of the sharing record."""

    purpose: str
    lawful_basis: str
    necessity: str
    consent: str = ""
    consent_reason: str = ""
    family_told: str = ""
    family_reason: str = ""
    advice: str = ""


# Makes the document for one recipient out of what may go to them.
Compose = Callable[[OutgoingTo, Sequence[CleanItem]], OutgoingFile]


@dataclass
class ScanResult:
    """What a scan found, in numbers: ids and counts may be logged, words may not."""

    hits: int = 0
    unread: int = 0
    barred: int = 0
    kept_decisions: int = field(default=0)
