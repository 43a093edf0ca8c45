"""Forms of the pages that belong to no single part."""

from __future__ import annotations

from safehub.foundation.access.commands import SHORTEST_REASON
from safehub.foundation.access.states import GlassCategory, GlassOutcome
from safehub.foundation.govuk import fields
from safehub.foundation.govuk.forms import DateField, Form

_LONGEST = 2_000


class ReasonForm(Form):
    """Why something is laid aside, closed or declared."""

    reason = fields.LongTextField(
        "Why", hint="One or two sentences. No name of a child or family.", longest=_LONGEST
    )


class ConfirmForm(Form):
    """A step that needs no words, only that it is meant."""

    meant = fields.CheckboxField("Yes, do this", required=True)


class RecheckLabelForm(Form):
    """Whether a label is still needed, and until when."""

    outcome = fields.RadiosField(
        "Is it still needed?",
        [("kept", "Yes: keep it"), ("lifted", "No: lift it, and show what it kept back")],
    )
    recheck_by = DateField(
        "Look again by", required=False, hint="Where it is kept: a day that is yet to come."
    )
    reason = fields.LongTextField(
        "Why it is still needed",
        required=False,
        hint="Where it is kept. One or two sentences. No name of a child or family.",
        longest=_LONGEST,
    )


class DecideConflictForm(Form):
    """Whether somebody is in conflict with a record, and why it is decided so."""

    outcome = fields.RadiosField(
        "Is this person in conflict with the record?",
        [("confirmed", "Yes: the record is shut to them"), ("cleared", "No: it is open to them")],
    )
    reason = fields.LongTextField(
        "Why", hint="One or two sentences. No name of a child or family.", longest=_LONGEST
    )


class BreakGlassForm(Form):
    """Why glass is broken: somebody will review it."""

    category = fields.RadiosField("What it is for", GlassCategory.choices)
    reason = fields.LongTextField(
        "Why you must look now",
        hint=f"At least {SHORTEST_REASON} characters. It is reviewed within two working days.",
        longest=_LONGEST,
    )


class ReviewGlassForm(Form):
    """What the review found."""

    outcome = fields.RadiosField("Was it justified?", GlassOutcome.choices)
    words = fields.LongTextField("What you found", longest=_LONGEST)
