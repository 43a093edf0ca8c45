"""The terms of a sharing: what must be said of consent, family, necessity and advice."""

from __future__ import annotations

from dataclasses import asdict

from safehub.foundation.disclosure.models import Disclosure
from safehub.foundation.disclosure.outgoing import SharingTerms
from safehub.foundation.disclosure.states import Consent, FamilyTold
from safehub.foundation.errors import NotPossible


def checked_terms(terms: SharingTerms, *, is_refusal: bool = False) -> None:
    """Raises NotPossible for the first thing that is left out. Golden rule 7: record the reasons,
    whether you share or not."""
    for value, wanted in (
        (terms.purpose, "Say what the sharing is for."),
        (terms.necessity, "Say why it is necessary and proportionate, or why it is not."),
    ):
        if not value.strip():
            raise NotPossible(wanted)
    if not terms.lawful_basis and not is_refusal:
        raise NotPossible("Choose the lawful basis on which this is shared.")
    if terms.consent not in {"", *Consent} or terms.family_told not in {"", *FamilyTold}:
        raise NotPossible("Consent and what the family was told must be of the lists.")
    if is_refusal:
        return
    if not terms.consent or not terms.family_told:
        raise NotPossible("Say whether consent was sought, and whether the family was told.")
    if terms.consent != Consent.GIVEN and not terms.consent_reason.strip():
        raise NotPossible("Say why it is shared without consent.")
    if terms.family_told == FamilyTold.NOT_TOLD and not terms.family_reason.strip():
        raise NotPossible("Say why the family is not told.")


def terms_as_data(terms: SharingTerms) -> dict[str, str]:
    """The terms as they are stored, by the names of the record's fields."""
    return {name: str(value).strip() for name, value in asdict(terms).items()}


def what_goes(disclosure: Disclosure) -> str:
    """The items that went out, by kind and key; content is in the release alone."""
    items = disclosure.items.filter(is_removed=False)
    return "; ".join(f"{item.kind} {item.key}" for item in items)
