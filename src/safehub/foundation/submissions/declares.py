"""What the app adds: the privacy class and the retention of its fields.

Drafts are their holder's own and are no records under the access rules: nobody else opens one.
"""

from __future__ import annotations

from safehub.foundation.access.policy import FieldRule
from safehub.foundation.access.vocabulary import FieldClass
from safehub.foundation.declarations import Declares

_DRAFT = "30 days after it was last saved (a visitor's: 7), or until it is sent or discarded"
_SENT = "30 days after it was sent (a visitor's: 7)"


def _rules(model: str, retention: str, **classes: FieldClass) -> dict[str, FieldRule]:
    return {f"{model}.{name}": FieldRule(privacy, retention) for name, privacy in classes.items()}


_PLAIN = FieldClass.ADMINISTRATIVE

DECLARES = Declares(
    fields={
        **_rules(
            "draft",
            _DRAFT,
            id=_PLAIN,
            window=FieldClass.SECRET,
            form=_PLAIN,
            person=FieldClass.STAFF,
            visitor=FieldClass.SECRET,
            record_kind=_PLAIN,
            record_key=_PLAIN,
            path=_PLAIN,
            # Whatever was typed, of whatever class: shown to who typed it, and to nobody else.
            payload=FieldClass.SECRET,
            saved_at=_PLAIN,
        ),
        **_rules(
            "submission",
            _SENT,
            id=_PLAIN,
            token=FieldClass.SECRET,
            window=FieldClass.SECRET,
            form=_PLAIN,
            person=FieldClass.STAFF,
            visitor=FieldClass.SECRET,
            digest=FieldClass.SECRET,
            led_to=_PLAIN,
            # May name whom the act was about; shown again only to who did it.
            told=FieldClass.IDENTITY,
            sent_at=_PLAIN,
        ),
    },
)
