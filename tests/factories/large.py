"""A round as large as they come: many cases, many agencies, every return that there can be."""

from __future__ import annotations

import random

from factories.answering import SmallRound
from factories.browsers import browser
from factories.people import make_agency, make_membership, make_person, sign_in
from safehub.audit.programmes.models import Participant
from safehub.audit.returns.grid import Answer, settled_by
from safehub.audit.returns.models import Return, ReturnVersion
from safehub.audit.sampling.models import Case, FrameReferral
from safehub.foundation.access.vocabulary import Role

KINDS = (("submitted", "yes"), ("submitted", "no"), ("not_returned", "yes"), ("", ""))


class LargeRound(SmallRound):
    """`cases` × `agencies`, answered at random by one, two or no respondents of each agency.

    `coordinator` is the office's, signed in, with `coordinating` as membership. Every 17th case is
    withdrawn.
    """

    def __init__(
        self, *, cases: int, agencies: int, seed: int = 1, reference: str = "voices"
    ) -> None:
        super().__init__(respondent_unit="station", code=f"{reference}-1", reference=reference)
        drawn = random.Random(seed)
        office = make_agency(f"{reference}-office")
        office.is_office = True
        office.save()
        person = make_person("Olga", agency=office)
        self.coordinating = make_membership(person, office, Role.AUDIT_COORDINATOR)
        self.coordinator = sign_in(browser(), person, self.coordinating)
        self.cases += self._more_cases(cases - 1)
        for at, case in enumerate(self.cases, start=1):
            case.number = f"{at:03}"
            case.withdrawal_position = at if at % 17 == 0 else None
        Case.objects.bulk_update(self.cases, ["number", "withdrawal_position"], batch_size=200)
        self.participants = [self.participant, *self._more_participants(agencies - 1)]
        self._answer(drawn)

    def _more_cases(self, count: int) -> list[Case]:
        draw, frame = self.case.draw, self.case.referral.frame
        referrals = FrameReferral.objects.bulk_create(
            FrameReferral(
                frame=frame,
                position=at,
                referral_id=f"R{at}",
                child_id=f"C{at}",
                referred_on="2025-05-01",
            )
            for at in range(2, count + 2)
        )
        return Case.objects.bulk_create(
            Case(draw=draw, position=one.position, number=f"n{one.position}", referral=one)
            for one in referrals
        )

    def _more_participants(self, count: int) -> list[Participant]:
        return [
            Participant.objects.create(
                audit=self.audit,
                agency=make_agency(f"{self.audit.reference}-{at}"),
                position=at,
                code=f"{self.audit.reference}-{at}",
                name=f"Agency {at}",
                respondent_unit="station",
            )
            for at in range(2, count + 2)
        ]

    def _answer(self, drawn: random.Random) -> None:
        wanted = [
            (participant, case, respondent, *drawn.choice(KINDS))
            for participant in self.participants
            for case in self.cases
            for respondent in ("North", "South")[: drawn.choice((1, 1, 2))]
        ]
        wanted = [one for one in wanted if one[3]]
        made = Return.objects.bulk_create(
            (
                Return(
                    participant=participant,
                    case=case,
                    respondent=respondent,
                    position=at,
                    settled=settled_by(Answer(status, known)),
                )
                for at, (participant, case, respondent, status, known) in enumerate(wanted)
            ),
            batch_size=500,
        )
        tool = self.audit.tool_version
        ReturnVersion.objects.bulk_create(
            (
                ReturnVersion(
                    audit_return=one,
                    number=1,
                    status=status,
                    known=known,
                    response={"resourceType": "QuestionnaireResponse", "item": []},
                    not_asked=[],
                    tool_version=tool,
                )
                for one, (_, _, _, status, known) in zip(made, wanted, strict=True)
            ),
            batch_size=500,
        )
