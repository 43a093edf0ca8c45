"""What pages say of suggestions: whether there are any, and how good they were."""

from __future__ import annotations

from safehub.audit.coding.suggesting.rules import (
    CASES_A_THEME,
    FEW_SUGGESTED,
    SENTENCES_A_THEME,
    WANTED,
    Counted,
    Measured,
)
from safehub.foundation.govuk.wording import plural
from safehub.foundation.statistics import Share, percent

NOT_INSTALLED = (
    "Suggestions are not installed here. Whoever runs Safehub installs them by starting it with "
    "SAFEHUB_EXTRAS=all, or from requirements/suggestions.txt (see “Suggestions for coding” in "
    "docs/operate/worker.md). "
    "Texts are coded without them."
)
LEFT_OUT = (
    "Left out are codes that were themselves taken from a suggestion, second codings, codes that "
    "came with a pack, and every text that is guarded or labelled."
)
BEGINS = (
    "{there} {have}, in all rounds of the partnership. Suggestions begin once there are "
    f"{WANTED}: "
    "{more} more."
)
NO_THEME = (
    f"No theme is suggested yet: one needs {SENTENCES_A_THEME} sentences in {CASES_A_THEME} cases, "
    "and the worker learns every ten minutes."
)
HOW = (
    "This was measured by holding back the codes of some cases, learning from the others alone, "
    "and comparing; no case is ever on both sides."
)
SPOKEN = (
    "Something was suggested of {spoken} sentences to which a person had given one of these "
    "themes. The others a coder finds alone: read every text whole."
)


def lead(codes: int, measured: Measured | None, *, installed: bool) -> list[str]:
    """Where suggestions stand, as paragraphs. `codes` counts those to learn from."""
    if not installed:
        return [NOT_INSTALLED]
    have = f"{plural(codes, 'code')} that people gave by themselves"
    if codes < WANTED:
        there = "There is" if codes == 1 else "There are"
        return [BEGINS.format(there=there, have=have, more=WANTED - codes), LEFT_OUT]
    begun = f"Suggestions are learnt from {have}, in all rounds of the partnership. {LEFT_OUT}"
    return [begun, *([NO_THEME] if measured is None else told(measured.every))]


def told(every: Counted) -> list[str]:
    """How good suggestions were on held-back codes, in plain words and in numbers."""
    if not every.suggested:
        return [f"On held-back codes nothing was suggested, so nothing can be said of it. {HOW}"]
    chose = f"Of 10 suggestions, about {every.of_ten} were what a person chose: {right(every)}. "
    return [chose + HOW, SPOKEN.format(spoken=_spoken(every))]


def _spoken(one: Counted) -> str:
    return str(Share(one.spoken, one.coded, percent(one.spoken, one.coded), None))


def right(one: Counted) -> str:
    """How many were right, with the 95 % interval of their share."""
    if one.interval is None:
        return "none was made"
    low, high = one.interval
    share = Share(one.right, one.suggested, percent(one.right, one.suggested), None)
    return f"{share}, 95 % interval {low} to {high} %"


def theme_rows(names: dict[str, str], measured: Measured | None) -> list[list[object]]:
    """A row for each theme that may be suggested."""
    if measured is None:
        return []
    return [
        [
            names.get(code, code),
            one.coded,
            right(one) if one.suggested >= FEW_SUGGESTED else _few(one),
            f"{one.spoken} of {one.coded}",
        ]
        for code, one in measured.themes.items()
    ]


def _few(one: Counted) -> str:
    return f"{one.right} of {one.suggested}: too few to say"
