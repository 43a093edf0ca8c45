"""Reading second looks: which returns they are of, and what came of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from django.db.models import QuerySet

from safehub.audit.moderation.figures import (
    Agreement,
    BothGraded,
    Looked,
    agreement_of,
    both_graded,
)
from safehub.audit.moderation.models import Choice, SecondGrade, SecondLook, SentBack
from safehub.audit.moderation.queries.relations import own_looks, shown_first, shown_first_as
from safehub.audit.moderation.rows import ChoiceMade, GivenGrade, LookTaken
from safehub.audit.moderation.rules import Key, Scale, key_of, scale_of
from safehub.audit.programmes.models import Audit
from safehub.audit.returns.models import Return, ReturnVersion
from safehub.audit.returns.queries import Shown, answers_shown, rows_of
from safehub.audit.returns.rows import IMMEDIATE_RISK, KNOWN, ReturnRow
from safehub.audit.sampling.queries import cases_drawn
from safehub.foundation.access.asking import not_allowed
from safehub.foundation.access.decision import (
    Refusal,
    classes_of,
    decide,
    may,
    open_record,
    visible_to,
)
from safehub.foundation.access.reasons import Reason
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import FieldClass, Role
from safehub.foundation.errors import NotAllowed, NotPossible
from safehub.instruments.queries import tool_of
from safehub.register.accounts.rules import ROLE_NAMES

NO_GRADES = "This audit has no grading question, so there is no grade to give a second time."


def _every() -> QuerySet[SecondLook]:
    return SecondLook.objects.select_related(
        "audit_return__case", "audit_return__participant__audit__tool_version", "choice"
    ).defer("audit_return__participant__audit__tool_version__sheets")


def graded_scale(audit: Audit) -> Scale:
    """The grades of the audit. Raises NotPossible where it has none."""
    found = scale_of(tool_of(audit.tool_version), audit.grading_question)
    if found is None:
        raise NotPossible(NO_GRADES)
    return found


def rows_counted(audit: Audit) -> list[ReturnRow]:
    """The returns that may be chosen: submitted, known, of a case in the sample. Two queries."""
    wanted = frozenset({KNOWN, IMMEDIATE_RISK, audit.grading_question})
    asked = set(
        cases_drawn(audit)
        .filter(number__isnull=False, withdrawal_position__isnull=True)
        .values_list("number", flat=True)
    )
    found = rows_of(audit, questions=wanted)
    return [row for row in found if row.is_counted and row.case in asked]


def keys_of_returns(audit: Audit) -> dict[Key, int]:
    """The key of each return by its agency, respondent and case. One query."""
    rows = Return.objects.filter(participant__audit=audit).values_list(
        "participant__code", "respondent", "case__number", "pk"
    )
    return {(agency, who, case or ""): key for agency, who, case, key in rows}


def returns_chosen(audit: Audit) -> set[int]:
    """The keys of the returns that have a second look already. One query."""
    found = SecondLook.objects.filter(choice__audit=audit)
    return set(found.values_list("audit_return_id", flat=True))


def choices_made(audit: Audit) -> list[Choice]:
    """Every choice of the audit, first to last. One query."""
    return list(Choice.objects.filter(audit=audit).order_by("number"))


@dataclass(frozen=True)
class Listed:
    """A second look as a list shows it. `is_mine`: the viewer may grade it and has not yet."""

    look: SecondLook
    is_mine: bool
    is_sent_back: bool

    @property
    def pk(self) -> int:
        """The key of the look."""
        return self.look.pk


def looks_listed(viewer: Viewer, audit: Audit) -> list[Listed]:
    """The second looks that the viewer may see, by case and agency.

    Two queries, four for a moderator while the round gathers.
    """
    seen = visible_to(viewer, "moderation.see", _every().filter(choice__audit=audit))
    looks = list(
        seen.order_by("audit_return__case__number", "audit_return__participant__position", "pk")
    )
    grades = audit.opened_at is None and viewer.role is Role.AUDIT_MODERATOR
    mine = _to_grade(viewer, audit) if grades else set()
    back = set(
        SentBack.objects.filter(
            audit_return__participant__audit=audit, version__is_latest=True
        ).values_list("audit_return_id", flat=True)
    )
    return [Listed(one, one.pk in mine, one.audit_return_id in back) for one in looks]


def _to_grade(viewer: Viewer, audit: Audit) -> set[int]:
    """The looks that the viewer may grade and has not yet. Two queries."""
    looks = SecondLook.objects.filter(choice__audit=audit)
    able = _able(viewer, looks).values_list("pk", flat=True)
    given = SecondGrade.objects.filter(look__choice__audit=audit, graded_by__isnull=False)
    own = given.filter(graded_by=viewer.person).values_list("look_id", flat=True)
    return set(able) - set(own)


def references_to_grade(viewer: Viewer) -> list[str]:
    """For each second grade that the viewer still owes, the reference of its audit.

    One query, none for a role that gives no grade.
    """
    if viewer.role is not Role.AUDIT_MODERATOR:
        return []
    owed = SecondLook.objects.exclude(grades__graded_by=viewer.person)
    able = _able(viewer, owed).order_by("choice__audit", "pk")
    return list(able.values_list("choice__audit__reference", flat=True))


def _able(viewer: Viewer, looks: QuerySet[SecondLook]) -> QuerySet[SecondLook]:
    """Those that are the viewer's to grade, without what is too near to them or withdrawn."""
    asked = looks.filter(audit_return__case__withdrawal_position=None)
    return visible_to(viewer, "moderation.grade", asked).exclude(own_looks(viewer))


def why_withdrawn(look: SecondLook) -> str:
    """Why nothing is given on the look any more: its case was withdrawn. Blank where it was not."""
    if look.audit_return.case.withdrawal_position is None:
        return ""
    return (
        f"Case {look.audit_return.case.number} was withdrawn from the sample, so nothing is graded "
        "on it any more. What was given stays, and counts in no figure."
    )


def one_look(
    viewer: Viewer, reference: str, key: int, action: str = "moderation.see"
) -> SecondLook:
    """One second look, opened. Raises Absent and NotAllowed. Two queries."""
    found = _every().filter(choice__audit__reference=reference)
    with in_words(viewer, found.filter(pk=key)):
        return open_record(viewer, action, found, pk=key)


@contextmanager
def in_words(viewer: Viewer, looks: QuerySet[SecondLook]) -> Iterator[None]:
    """Tell whoever may not grade this since its first grade shows to them why, and what next."""
    try:
        yield
    except NotAllowed as error:
        refusal = error.refusal
        look = looks.first()
        words = (
            why_not_blind(viewer, look)
            if look and isinstance(refusal, Refusal) and refusal.reason is Reason.OWN_WORK
            else ""
        )
        if words and isinstance(refusal, Refusal):
            raise not_allowed(words, refusal) from error
        raise


def why_not_blind(viewer: Viewer, look: SecondLook) -> str:
    """Why the viewer's grade of this would not be blind, and what next; empty where it would."""
    if not SecondLook.objects.filter(shown_first(viewer), pk=look.pk).exists():
        return ""
    role = shown_first_as(viewer, look)
    how = f"as {ROLE_NAMES[role].lower()}" if role else "by broken glass"
    return (
        f"The first grade of this return shows, or showed, to you {how}, so that yours would not "
        "be blind. Another moderator has to grade it: ask whoever gives out roles for one."
    )


def why_not(viewer: Viewer, look: SecondLook) -> str:
    """The same for a page that a moderator has open while the grade is awaited."""
    decision = decide(viewer, "moderation.grade", look)
    return why_not_blind(viewer, look) if decision.reason is Reason.OWN_WORK else ""


def has_graded(viewer: Viewer, look: SecondLook) -> bool:
    """Whether the viewer has given their second grade. One query."""
    return look.grades.filter(graded_by__isnull=False, graded_by=viewer.person).exists()


def version_to_grade(look: SecondLook) -> ReturnVersion:
    """The version that is graded: the one of the first second grade, else the latest. One query."""
    versions = ReturnVersion.objects.filter(audit_return=look.audit_return_id)
    return (
        versions.get(is_latest=True)
        if look.version_id is None
        else versions.get(pk=look.version_id)
    )


def answers_to_weigh(viewer: Viewer, look: SecondLook, version: ReturnVersion) -> Shown:
    """What a moderator reads before grading: the answers without the grade."""
    return answers_shown(viewer, look.audit_return, version.pk)


@dataclass(frozen=True)
class BothShown:
    """Both grades of a settled look as far as the viewer may see them."""

    first: str | None
    seconds: tuple[SecondGrade, ...]
    shows_staff: bool


def grades_shown(viewer: Viewer, look: SecondLook) -> BothShown | None:
    """Both grades; None until all are in, and for who may not see them. Two queries."""
    classes = classes_of(viewer, "moderation.see", look)
    if FieldClass.OPINION not in classes or look.version_id is None:
        return None
    return BothShown(
        look.first_grade or None,
        tuple(look.grades.select_related("graded_by").order_by("moderator")),
        FieldClass.STAFF in classes,
    )


def sendings_back(viewer: Viewer, look: SecondLook) -> list[SentBack]:
    """How often a moderator sent the return back, the latest first; for who may read the return."""
    if FieldClass.OPINION not in classes_of(viewer, "return.see", look.audit_return):
        return []
    return list(look.audit_return.sent_back_by_moderators.all())


def _all_looks(audit: Audit) -> list[SecondLook]:
    """Every second look with its grades, in the order in which they were chosen. Two queries."""
    looks = SecondLook.objects.filter(choice__audit=audit).order_by("choice__number", "position")
    related = looks.select_related("choice", "audit_return__participant", "audit_return__case")
    return list(related.prefetch_related("grades"))


def _key_of(look: SecondLook) -> Key:
    made = look.audit_return
    return made.participant.code, made.respondent, made.case.number or ""


@dataclass(frozen=True)
class Moderated:
    """What moderation came to. `chosen` counts looks, `settled` those with all grades.

    A look at a return on a case that was withdrawn is kept and counts in no figure. `names` are
    the agencies' by their codes.
    """

    scale: Scale
    choices: tuple[Choice, ...]
    chosen: int
    settled: int
    agreement: Agreement
    agencies: tuple[BothGraded, ...]
    names: dict[str, str]


def moderated(audit: Audit, rows: Sequence[ReturnRow] | None = None) -> Moderated | None:
    """All of it, or None where no return was chosen. Six queries, four with the `rows` given.

    `rows` are those that count. Whoever asks has checked that figures of the audit may be seen.
    """
    choices = choices_made(audit)
    scale = scale_of(tool_of(audit.tool_version), audit.grading_question)
    if not choices or scale is None:
        return None
    every = [one for one in _all_looks(audit) if one.audit_return.case.withdrawal_position is None]
    looks = [
        Looked(_key_of(one), one.first_grade or None, tuple(g.grade for g in one.grades.all()))
        for one in every
        if one.settled_at is not None
    ]
    counted = rows_counted(audit) if rows is None else list(rows)
    in_sample = {key_of(row) for row in counted}
    kept = [look for look in looks if look.key in in_sample]
    names = dict(audit.participants.order_by("position").values_list("code", "name"))
    return Moderated(
        scale=scale,
        choices=tuple(choices),
        chosen=len(every),
        settled=len(looks),
        agreement=agreement_of(scale, looks),
        agencies=tuple(both_graded(scale, audit.met_good, counted, kept, names)),
        names=names,
    )


def moderated_for(viewer: Viewer, audit: Audit) -> Moderated | None:
    """The same for a page: None for who may not see figures of the audit."""
    return moderated(audit) if may(viewer, "audit.see_figures", audit) else None


def looks_taken(audit: Audit) -> list[LookTaken]:
    """Every second look as a pack carries it, whoever asks. Two queries."""
    return [
        LookTaken(
            _key_of(one),
            ChoiceMade(one.choice.number, one.choice.share, one.choice.of, one.choice.graders),
            tuple(one.because),
            one.first_grade,
            tuple(GivenGrade(g.moderator, g.grade, g.reason) for g in one.grades.all()),
        )
        for one in _all_looks(audit)
    ]
