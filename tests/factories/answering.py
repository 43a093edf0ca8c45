"""A round that an agency answers on pages: one case, one agency, every kind of question."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.test import Client
from django.utils import timezone

from factories.browsers import browser
from factories.people import make_agency, make_membership, make_person, sign_in
from safehub.audit.programmes.models import Audit, Participant
from safehub.audit.returns.models import WorkingReturn
from safehub.audit.sampling.models import Case, Draw, Frame, FrameReferral
from safehub.foundation.access.vocabulary import Role
from safehub.instruments.models import ToolVersion

SURVEY = [
    ["type", "name", "label", "relevant", "appearance", "required", "parameters", "calculation"],
    ["begin_group", "first", "Involvement"],
    ["select_one yes_no", "known", "Is the child known?", "", "", "yes"],
    ["end_group"],
    ["begin_group", "every", "Every kind", "${known} = 'yes'"],
    ["text", "words", "In a few words"],
    ["text", "story", "The story", "", "multiline"],
    ["integer", "visits", "How many visits"],
    ["decimal", "hours", "How many hours"],
    ["date", "seen_on", "When was the child seen?"],
    ["time", "seen_at", "At what time?"],
    ["dateTime", "met_at", "When was the meeting?"],
    ["select_one grades", "grade", "How good was it?"],
    ["select_one places", "place", "Where?", "", "minimal"],
    ["select_multiple places", "places", "Which places?"],
    ["select_one yes_no", "told", "Was the family told?"],
    ["text", "why_not", "Why not?", "${told} = 'no'"],
    ["range", "scale", "From 0 to 10", "", "", "", "start=0 end=10 step=1"],
    ["rank places", "order", "Put the places in order"],
    ["acknowledge", "read", "I have read the record"],
    ["file", "paper", "A page that shows it"],
    ["calculate", "double", "Twice the visits", "", "", "", "", "${visits} * 2"],
    ["note", "thanks", "Thank you."],
    ["end_group"],
    ["begin_repeat", "siblings", "Brothers and sisters", "${known} = 'yes'", "", "", ""],
    ["integer", "age", "How old?"],
    ["select_one yes_no", "spoken", "Spoken to?"],
    ["end_repeat"],
    ["begin_group", "last", "Your judgement", "${known} = 'yes'"],
    ["select_one yes_no", "good", "Was it good on the whole?", "", "", "yes"],
    ["select_one yes_no", "immediate_risk", "Is any child at immediate risk now?"],
    ["end_group"],
]
CHOICES = [
    ["list_name", "name", "label", "score", "descriptor"],
    ["yes_no", "yes", "Yes", "1"],
    ["yes_no", "no", "No", "0"],
    ["grades", "good", "Good", "2", "The child was heard and it shows."],
    ["grades", "poor", "Poor", "1", "Nobody asked."],
    ["grades", "na", "Not applicable", ""],
    ["places", "home", "Home"],
    ["places", "school", "School"],
    ["places", "clinic", "Clinic"],
]
SETTINGS = [["form_title", "form_id", "version"], ["Every kind", "every_kind", "1"]]


def _padded(rows: list[list[str]]) -> list[list[str]]:
    return [[*row, *[""] * (len(rows[0]) - len(row))] for row in rows]


def sheets() -> dict[str, list[list[str]]]:
    return {"survey": _padded(SURVEY), "choices": _padded(CHOICES), "settings": SETTINGS}


class SmallRound:
    """The police, with Asha who audits for them and is signed in."""

    def __init__(self, *, unit: str = "", respondent_unit: str = "", code: str = "police") -> None:
        self.agency = make_agency(code)
        person = make_person("Asha", email="asha@example.org", agency=self.agency)
        self.asha = make_membership(person, self.agency, Role.AGENCY_AUDITOR, unit=unit)
        self.client: Client = sign_in(browser(), person, self.asha)
        tool = ToolVersion.objects.create(
            form_id="every_kind", version="1", title="Every kind", sheets=sheets(), sha256="1" * 64
        )
        self.audit = Audit.objects.create(
            reference="voices",
            pack_sha256="2" * 64,
            partnership=self.agency.partnership,
            tool_version=tool,
            title="Voices",
            kind="routine",
            period_from=dt.date(2025, 4, 1),
            period_to=dt.date(2026, 3, 31),
            meeting_on=dt.date(2026, 6, 24),
            sampling_plan={},
        )
        self.participant = Participant.objects.create(
            audit=self.audit,
            agency=self.agency,
            position=1,
            code=code,
            name="The police",
            respondent_unit=respondent_unit,
        )
        frame = Frame.objects.create(
            audit=self.audit, file_name="frame.csv", sha256="3" * 64, columns=["area"]
        )
        draw = Draw.objects.create(audit=self.audit, number=1, plan={}, strata=[], size=1, seed="s")
        referral = FrameReferral.objects.create(
            frame=frame, position=1, referral_id="R1", child_id="C1", referred_on="2025-05-01"
        )
        self.case = Case.objects.create(draw=draw, position=1, number="1", referral=referral)

    def working(self, **more: Any) -> WorkingReturn:
        """A return that is being answered; `answers` are known alone unless given."""
        now = timezone.now()
        given: dict[str, Any] = {"answers": {"known": "yes"}, **more}
        return WorkingReturn.objects.create(
            participant=self.participant,
            case=self.case,
            tool_version=self.audit.tool_version,
            started_at=now,
            updated_at=now,
            **given,
        )
