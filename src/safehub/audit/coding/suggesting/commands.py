"""What learns suggestions. Nothing is coded by it."""

from __future__ import annotations

from dataclasses import asdict

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from safehub.audit.coding.models import (
    Learning,
    Suggestion,
)
from safehub.audit.coding.suggesting import rules
from safehub.audit.coding.suggesting.queries import (
    Material,
    learning_of,
    material_of,
    partnerships_that_code,
    state_of,
    unbegun,
)
from safehub.foundation.trail.commands import record
from safehub.foundation.trail.machine import MACHINE
from safehub.register.agencies.models import Partnership


def learn_all() -> int:
    """Learn anew for each partnership where anything has changed; says for how many.

    Nothing happens where scikit-learn is not installed.
    """
    if not rules.is_installed():
        return 0
    return sum(learn(partnership=one) for one in partnerships_that_code())


def learn(*, partnership: int) -> bool:
    """Learn from the partnership's codes, measure, and suggest for texts that nobody has begun.

    False where nothing has changed since the last time. What takes long is done before anything
    is locked; a text that somebody begins meanwhile gets no suggestion.
    """
    state = state_of(partnership)
    last = learning_of(partnership)
    if last is not None and last.digest == state:
        return False
    material = material_of(partnership)
    measured, found = _learnt(material)
    keep_learnt(
        partnership=partnership, state=state, codes=material.codes, measured=measured, found=found
    )
    return True


Found = list[tuple[int, int, int, int]]
"""Of each suggestion the keys of its text and theme, and where its passage starts and ends."""


def _learnt(material: Material) -> tuple[dict[str, object], Found]:
    known = material.sentences
    themes = [one for one in rules.suggestible(known) if one in material.themes]
    if material.codes < rules.WANTED or not themes:
        return {}, []
    measured = rules.measured(known, themes, rules.held_back(known, themes))
    score = rules.learnt(known, themes)
    found: Found = []
    for text in material.waiting:
        for at, theme in rules.most_likely(score(text.texts)):
            found.append((text.key, material.themes[theme], *text.spans[at]))
    return {
        "every": asdict(measured.every),
        "themes": {theme: asdict(one) for theme, one in measured.themes.items()},
    }, found


@transaction.atomic
def keep_learnt(
    *, partnership: int, state: str, codes: int, measured: dict[str, object], found: Found
) -> Learning:
    """Keep what was learnt in place of what was. A text that somebody codes keeps what it had."""
    board = Partnership.objects.select_for_update().get(pk=partnership)
    locked = unbegun(partnership).select_for_update(of=("self",)).only("pk").order_by("pk")
    free = {one.pk for one in locked}
    gone = Q(text__first_by=None) | Q(text__version__is_latest=False)
    Suggestion.objects.filter(gone, text__choice__audit__partnership=partnership).delete()
    Suggestion.objects.bulk_create(
        Suggestion(text_id=text, theme_id=theme, start=start, end=end)
        for text, theme, start, end in found
        if text in free
    )
    kept, _ = Learning.objects.update_or_create(
        partnership=board,
        defaults={
            "digest": state,
            "codes": codes,
            "measured": measured,
            "learnt_at": timezone.now(),
        },
    )
    record("coding.learnt", by=MACHINE, detail={"codes": codes, "suggested": len(found)})
    return kept
