"""What an agency says of its part."""

from __future__ import annotations

from typing import Any, cast

from django.db.models import Model

from safehub.audit.programmes.models import Participant
from safehub.audit.returns.summing.queries import own_summary
from safehub.audit.returns.summing.rules import lines_from
from safehub.foundation.govuk import forms
from safehub.foundation.govuk.forms import Look
from safehub.foundation.submissions.forms import EditForm

_LONGEST = 10_000
_A_LINE = (
    "One a line. The code of a theme may stand before a colon. Name no child, family or worker."
)


class SumUpForm(EditForm, forms.Form):
    """An overview, what works, what worries, and what will be done; of an agency's part."""

    overview = forms.LongTextField(
        "In general",
        hint="It begins with your own figures: say what they mean. Name no child, family or "
        "worker.",
        longest=_LONGEST,
        look=Look(rows=6),
    )
    working_well = forms.LongTextField(
        "What works well?", hint=_A_LINE, required=False, longest=_LONGEST
    )
    worried_about = forms.LongTextField(
        "What are you worried about?", hint=_A_LINE, required=False, longest=_LONGEST
    )
    actions = forms.LongTextField(
        "What will your agency do?", hint=_A_LINE, required=False, longest=_LONGEST
    )

    @classmethod
    def initial_of(cls, record: Model) -> dict[str, Any]:
        """What the agency's summative report says; all blank where there is none."""
        kept = own_summary(cast("Participant", record))
        return {
            "overview": kept.overview if kept else "",
            "working_well": lines_from(kept.working_well) if kept else "",
            "worried_about": lines_from(kept.worried_about) if kept else "",
            "actions": lines_from(kept.actions) if kept else "",
        }
