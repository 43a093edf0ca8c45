"""A round that an agency answers on pages: one case, one agency, every kind of question."""

from __future__ import annotations

import datetime as dt
from hashlib import sha256
from typing import Any

from django.test import Client
from django.utils import timezone

from factories.allocating import allocate_all
from factories.browsers import browser
from factories.people import make_agency, make_membership, make_person, make_viewer, sign_in
from factories.workbooks import filled_workbook
from safehub.audit.programmes.models import Audit, Participant
from safehub.audit.returns.models import Return, WorkingReturn
from safehub.audit.returns.workbooks.commands import send_workbook
from safehub.audit.returns.workbooks.filled import Filled
from safehub.audit.returns.working.commands import submit_return
from safehub.audit.sampling.models import Case, Draw, Frame, FrameReferral
from safehub.foundation.access.vocabulary import Role
from safehub.instruments.models import ToolVersion
from safehub.register.agencies.models import Agency

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

    def __init__(
        self,
        *,
        unit: str = "",
        respondent_unit: str = "",
        code: str = "police",
        agency: Agency | None = None,
        tool: ToolVersion | None = None,
        size: int = 1,
        reference: str = "voices",
    ) -> None:
        self.agency = agency or make_agency(code)
        address = "asha@example.org" if reference == "voices" else ""
        person = make_person("Asha", email=address, agency=self.agency)
        self.asha = make_membership(person, self.agency, Role.AGENCY_AUDITOR, unit=unit)
        self.client: Client = sign_in(browser(), person, self.asha)
        tool = (
            tool
            or ToolVersion.objects.get_or_create(
                form_id="every_kind",
                version="1",
                defaults={"title": "Every kind", "sheets": sheets(), "sha256": "1" * 64},
            )[0]
        )
        self.audit = Audit.objects.create(
            reference=reference,
            pack_sha256=sha256(reference.encode()).hexdigest(),
            partnership=self.agency.partnership,
            tool_version=tool,
            title="Voices",
            kind="routine",
            period_from=dt.date(2025, 4, 1),
            period_to=dt.date(2026, 3, 31),
            meeting_on=dt.date(2026, 6, 24),
            sampling_plan={
                "unit": "referral",
                "method": "random",
                "seed": "7",
                "size": size,
                "reserve": 0,
                "column": None,
                "sizes": None,
            },
        )
        self.participant = Participant.objects.create(
            audit=self.audit,
            agency=self.agency,
            position=1,
            code=code,
            name="The police",
            respondent_unit=respondent_unit,
        )
        self.cases = self.cases_of(self.audit, size)
        self.case = self.cases[0]
        allocate_all(self.audit, self.asha)

    @staticmethod
    def cases_of(audit: Audit, size: int) -> list[Case]:
        """A frame and a draw of so many cases."""
        frame = Frame.objects.create(
            audit=audit, file_name="frame.csv", sha256="3" * 64, columns=["area"]
        )
        draw = Draw.objects.create(audit=audit, number=1, plan={}, strata=[], size=size, seed="s")
        return [_case(frame, draw, at) for at in range(1, size + 1)]

    def sent_workbook(self, known: str = "no") -> Filled:
        """A workbook that Asha has sent in, with case 01 answered."""
        viewer = make_viewer(self.asha)
        row = {"case": "01", "status": "submitted", "known": known}
        return send_workbook(
            audit=self.audit,
            name="police.xlsx",
            data=filled_workbook(viewer, self.participant, [row]),
            by=viewer,
        )

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

    def submitted(self, **answers: str) -> Return:
        """A return on the first case that Asha has submitted; known and good unless given."""
        before = Return.objects.filter(case=self.case, participant=self.participant).first()
        working = self.working(
            answers={"known": "yes", "good": "yes", **answers},
            based_on=before.versions.count() if before is not None else 0,
        )
        viewer = make_viewer(self.asha)
        return submit_return(working=working, edition=working.edition, by=viewer).audit_return


def _case(frame: Frame, draw: Draw, at: int) -> Case:
    referral = FrameReferral.objects.create(
        frame=frame,
        position=at,
        referral_id=f"R{at}",
        child_id=f"C{at}",
        referred_on="2025-05-01",
        further={"area": "North"},
    )
    return Case.objects.create(draw=draw, position=at, number=f"{at:02}", referral=referral)
