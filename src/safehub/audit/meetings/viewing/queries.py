"""What all agencies said of one case, or under one theme, as far as the viewer may see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from safehub.audit.meetings.viewing.masking import Mask, mask_of, telling_words
from safehub.audit.programmes.models import Audit, Theme
from safehub.audit.returns.blinding import kept_from, plain_name
from safehub.audit.returns.models import Return, ReturnVersion, SummativeReport
from safehub.audit.sampling.models import Case, FrameReferral
from safehub.audit.sampling.queries import cases_drawn, frame_of
from safehub.foundation.access.decision import (
    classes_shown,
    noted_list,
    open_record,
    visible_to,
)
from safehub.foundation.access.facts import Channel, Context
from safehub.foundation.access.queries import facts_of
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import FieldClass
from safehub.instruments.responses import answers_of
from safehub.instruments.tools import NO


def context_of(*, is_projected: bool) -> Context:
    """The circumstances of a look: on one's own screen, or on a wall."""
    return Context(Channel.PROJECTOR) if is_projected else Context()


@dataclass(frozen=True)
class View:
    """What one respondent said of the case. `answers` is empty where the viewer may not read it.

    `version` holds which tool it answers; `is_known` is false for a child whom they do not know.
    """

    key: int
    agency: str
    respondent: str
    version: ReturnVersion
    answers: Mapping[str, str]
    not_asked: frozenset[str]
    is_readable: bool

    @property
    def is_known(self) -> bool:
        """Whether they know the child."""
        return self.version.known != NO


def cases_to_see(viewer: Viewer, audit: Audit) -> list[str]:
    """The numbers of the cases of the sample that the viewer may see. Two queries."""
    drawn = cases_drawn(audit).filter(number__isnull=False, withdrawal_position__isnull=True)
    seen = visible_to(viewer, "case.see", drawn).order_by("number")
    return [number or "" for number in seen.values_list("number", flat=True)]


def case_to_see(viewer: Viewer, audit: Audit, number: str) -> Case:
    """One case, opened, with its referral. Raises Absent and NotAllowed. Three queries."""
    return open_record(
        viewer, "case.see", cases_drawn(audit).select_related("referral"), number=number
    )


def views_of(viewer: Viewer, audit: Audit, case: Case, *, is_projected: bool) -> list[View]:
    """What each respondent last said, in the order of the agencies: those the viewer may open.

    On a projector the respondents are not named, and the words that tell who the case is are
    hidden from what they wrote; a moderator who grades blind sees no grade. At most six queries.
    """
    context = context_of(is_projected=is_projected)
    returns = list(
        visible_to(viewer, "return.see", Return.objects.filter(case=case))
        .select_related("participant")
        .order_by("participant__position", "position")
    )
    noted_list(viewer, "return.see", returns)
    latest = ReturnVersion.objects.filter(audit_return__in=returns, is_latest=True)
    versions = {
        one.audit_return_id: one
        for one in latest.select_related("tool_version").defer("tool_version__sheets")
    }
    facts = facts_of(viewer, "returns.return", [one.pk for one in returns]) if returns else {}
    mask = _mask_of_case(audit, case) if is_projected else Mask()
    found = []
    for one in returns:
        classes = classes_shown(viewer, "return.see", facts[one.pk], context)
        version = versions[one.pk]
        readable = FieldClass.OPINION in classes
        kept = kept_from(viewer, audit, version.tool_version)
        said = answers_of(version.response) if readable else {}
        found.append(
            View(
                key=one.pk,
                agency=one.participant.name,
                respondent=one.respondent if FieldClass.THIRD_PARTY in classes else "",
                version=version,
                answers={
                    name: mask.hide(text)
                    for name, text in said.items()
                    if plain_name(name) not in kept
                },
                not_asked=frozenset(version.not_asked) - kept if readable else frozenset(),
                is_readable=readable or version.known == NO,
            )
        )
    return found


def _mask_of_case(audit: Audit, case: Case) -> Mask:
    """What hides everybody of the sample, a brother of another case too, and all that is this one.

    At most two queries.
    """
    referral = case.referral
    ids = {"referral_id": referral.referral_id, "child_id": referral.child_id}
    return replace(mask_of_sample(audit), words=telling_words({**ids, **referral.further}))


def _cells(referral: FrameReferral) -> dict[str, str]:
    return {name: str(value) for name, value in referral.further.items()}


def mask_of_sample(audit: Audit) -> Mask:
    """What hides everybody of the sample as last drawn, whoever asks. At most two queries."""
    drawn = cases_drawn(audit).filter(number__isnull=False).select_related("referral")
    referrals = [case.referral for case in drawn]
    if not referrals:
        return Mask()
    ids = [key for one in referrals for key in (one.referral_id, one.child_id)]
    return mask_of([_cells(one) for one in referrals], ids, frame_of(audit).mapping)


def theme_to_see(audit: Audit, code: str) -> Theme | None:
    """The theme of that code of an audit that the viewer has opened. One query."""
    return audit.themes.filter(code=code).first()


@dataclass(frozen=True)
class Summed:
    """What an agency's summative report says under a theme: its words by kind."""

    agency: str
    said: tuple[tuple[str, str], ...]


def summed_up(viewer: Viewer, theme: Theme, *, is_projected: bool) -> list[Summed]:
    """What each agency's summative report says under the theme, where the viewer may read it.

    At most five queries.
    """
    context = context_of(is_projected=is_projected)
    found = SummativeReport.objects.filter(participant__audit=theme.audit_id)
    reports = list(
        visible_to(viewer, "summative.see", found)
        .select_related("participant")
        .prefetch_related("statements")
        .order_by("participant__position")
    )
    noted_list(viewer, "summative.see", reports)
    facts = facts_of(viewer, "returns.summativereport", [one.pk for one in reports])
    return [
        Summed(
            one.participant.name,
            tuple(
                (said.kind, said.text) for said in one.statements.all() if said.theme_id == theme.pk
            ),
        )
        for one in reports
        if FieldClass.OPINION in classes_shown(viewer, "summative.see", facts[one.pk], context)
    ]
