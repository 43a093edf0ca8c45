"""What chooses returns for a second look, takes second grades, and sends a return back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from safehub.audit.moderation.models import Choice, SecondGrade, SecondLook, SentBack
from safehub.audit.moderation.queries import (
    graded_scale,
    has_graded,
    in_words,
    keys_of_returns,
    returns_chosen,
    rows_counted,
    version_to_grade,
    why_withdrawn,
)
from safehub.audit.moderation.rows import LookTaken
from safehub.audit.moderation.rules import Key, share_drawn, triggers_met
from safehub.audit.moderation.states import SHARE
from safehub.audit.programmes.commands import hold_round
from safehub.audit.programmes.models import Audit
from safehub.audit.returns.models import ReturnVersion
from safehub.audit.sampling.queries import latest_draw
from safehub.foundation.access.decision import check
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.errors import EditConflict, NotPossible
from safehub.foundation.outbox.commands import tell
from safehub.foundation.records import ref_of
from safehub.foundation.trail.commands import record
from safehub.instruments.queries import tool_of
from safehub.instruments.responses import answers_of
from safehub.register.accounts.queries import answering_for

CHANGED = (
    "The agency has sent in this return again since you opened it. Open it again, read it, then "
    "grade it."
)
SENT_BACK = "moderation.sent_back"


@transaction.atomic
def choose_share(*, audit: Audit, percent: int, graders: int = 1, by: Viewer) -> Choice:
    """Choose so many percent of the returns that count, by their permanent random numbers.

    Those that have a second look already keep it. Raises Absent, NotAllowed and NotPossible.
    """
    # Two choices at once take turns, so that no return is chosen twice.
    hold_round(audit.pk)
    check(by, "audit.choose_moderated", audit)
    graded_scale(audit)
    rows = rows_counted(audit)
    seed = _seed(audit)
    chosen = {key: [SHARE] for key in share_drawn(seed, rows, percent)}
    choice = Choice(audit=audit, share=percent, seed=str(seed), of=len(rows), graders=graders)
    return _chosen(choice, chosen, by)


@transaction.atomic
def choose_by_triggers(
    *, audit: Audit, triggers: Sequence[str], graders: int = 1, by: Viewer
) -> Choice:
    """Choose the returns that meet any of the triggers. Raises as `choose_share`."""
    hold_round(audit.pk)
    check(by, "audit.choose_moderated", audit)
    scale = graded_scale(audit)
    rows = rows_counted(audit)
    chosen = triggers_met(scale, rows, triggers)
    seed = str(_seed(audit))
    choice = Choice(
        audit=audit, triggers=sorted(triggers), seed=seed, of=len(rows), graders=graders
    )
    return _chosen(choice, chosen, by)


def _seed(audit: Audit) -> int:
    drawn = latest_draw(audit)
    if drawn is None:
        raise NotPossible("No sample has been drawn yet, so that no return can be chosen.")
    return int(audit.sampling_plan["seed"])


def _chosen(choice: Choice, chosen: Mapping[Key, list[str]], by: Viewer) -> Choice:
    audit = choice.audit
    keys, taken = keys_of_returns(audit), returns_chosen(audit)
    new = [(keys[key], because) for key, because in chosen.items() if keys[key] not in taken]
    if not new:
        raise NotPossible(
            "No further return would be looked at again: none meets this, or those that do are "
            "chosen already. Choose a larger share or other reasons, or wait for more returns."
        )
    choice.number = 1 + Choice.objects.filter(audit=audit).count()
    choice.chosen_at, choice.chosen_by_id = timezone.now(), by.person
    choice.save()
    SecondLook.objects.bulk_create(
        SecondLook(choice=choice, audit_return_id=key, position=place, because=because)
        for place, (key, because) in enumerate(new, start=1)
    )
    record(
        "moderation.chosen", by=by, on=ref_of(audit), detail={"choice": choice.pk, "of": len(new)}
    )
    return choice


@transaction.atomic
def grade_again(
    *, look: SecondLook, version: int, grade: str, reason: str, by: Viewer
) -> SecondGrade:
    """Give a second grade of the version that was read. It is kept for ever.

    Raises Absent and NotAllowed, also to whoever belongs to the agency or is shown the first grade
    in another role; EditConflict where the return was sent in again meanwhile; NotPossible without
    a reason or for the second time.
    """
    # The audit first, as a choice does: moderators are numbered within it.
    hold_round(look.audit_return.participant.audit_id)
    with in_words(by, SecondLook.objects.filter(pk=look.pk)):
        check(by, "moderation.grade", look)
    audit = Audit.objects.get(pk=look.audit_return.participant.audit_id)
    now = _still_asked(look)
    if audit.opened_at is not None:
        raise NotPossible("The meeting has opened the round: no second grade is taken any more.")
    if now.settled_at is not None:
        raise NotPossible("All the second grades of this return are in already.")
    if has_graded(by, now):
        raise NotPossible("You have graded this return already, and a second grade stays.")
    read = version_to_grade(now)
    if read.pk != version:
        raise EditConflict(CHANGED)
    if not reason.strip():
        raise NotPossible("Say why you give this grade.")
    _check_grade(audit, read, grade)
    made = SecondGrade.objects.create(
        look=now,
        moderator=_number(audit, by),
        grade=grade,
        reason=reason.strip(),
        graded_by_id=by.person,
        graded_at=timezone.now(),
    )
    now.version = read
    now.first_grade = answers_of(read.response).get(audit.grading_question, "")
    if now.grades.count() >= now.choice.graders:
        now.settled_at = made.graded_at
    now.save(update_fields=["version", "first_grade", "settled_at"])
    record("moderation.graded", by=by, on=ref_of(now))
    return made


def _still_asked(look: SecondLook) -> SecondLook:
    """The look as it stands now, locked. Raises EditConflict where its case was withdrawn."""
    every = SecondLook.objects.select_for_update(of=("self",)).select_related("audit_return__case")
    now = every.get(pk=look.pk)
    if why := why_withdrawn(now):
        raise EditConflict(why)
    return now


def _check_grade(audit: Audit, read: ReturnVersion, grade: str) -> None:
    question = tool_of(read.tool_version).by_name[audit.grading_question]
    if grade not in {one.name for one in question.choices}:
        raise NotPossible("Choose one of the grades.")


def _number(audit: Audit, by: Viewer) -> int:
    """The number of the moderator in this audit: the one they have, else the next."""
    given = SecondGrade.objects.filter(look__choice__audit=audit)
    own = given.filter(graded_by=by.person).values_list("moderator", flat=True).first()
    if own is not None and by.person is not None:
        return own
    return 1 + max(given.values_list("moderator", flat=True), default=0)


@transaction.atomic
def send_back(*, look: SecondLook, reason: str, by: Viewer) -> SentBack:
    """Ask the agency to look at its return again. The agency is shown the reason.

    What it sent in stays; once it sends in a newer version, that is what is graded. Raises as
    `grade_again`, and NotPossible once a second grade is in: all grades are of one version.
    """
    hold_round(look.audit_return.participant.audit_id)
    with in_words(by, SecondLook.objects.filter(pk=look.pk)):
        check(by, "moderation.send_back", look)
    now = _still_asked(look)
    if now.version_id is not None:
        raise NotPossible("A second grade is in already, so that this return is not sent back.")
    version = version_to_grade(now)
    if SentBack.objects.filter(version=version).exists():
        raise NotPossible("This version was sent back already: wait for the agency's next one.")
    if not reason.strip():
        raise NotPossible("Say what the agency is to look at again.")
    sent = SentBack.objects.create(
        audit_return=now.audit_return,
        version=version,
        reason=reason.strip(),
        sent_by_id=by.person,
        sent_at=timezone.now(),
    )
    record(SENT_BACK, by=by, on=ref_of(now))
    _tell(now, sent)
    return sent


def _tell(look: SecondLook, sent: SentBack) -> None:
    audit = look.audit_return.participant.audit
    for person in answering_for(ref_of(look), audit.partnership_id):
        tell(
            SENT_BACK,
            to=person.email,
            reference=f"return {look.audit_return_id}",
            link=reverse("audit:second_look", args=[audit.reference, look.pk]),
            about=ref_of(look),
            once=f"{SENT_BACK}.{sent.pk}.{person.pk}",
        )


@transaction.atomic
def keep_looks(*, audit: Audit, looks: Sequence[LookTaken], by: Viewer) -> None:
    """Keep second looks that came with a pack: who graded has a number and no name.

    The audit has none yet. Raises Absent and NotAllowed.
    """
    check(by, "audit.receive", audit)
    if not looks:
        return
    keys, now = keys_of_returns(audit), timezone.now()
    seed = str(_seed(audit))
    versions = {
        version.audit_return_id: version
        for version in ReturnVersion.objects.filter(
            audit_return__participant__audit=audit, is_latest=True
        )
    }
    choices: dict[int, Choice] = {}
    for place, look in enumerate(looks, start=1):
        made = look.choice
        if made.number not in choices:
            choices[made.number] = Choice.objects.create(
                audit=audit,
                number=made.number,
                share=made.share,
                triggers=[] if made.share is not None else sorted(look.because),
                seed=seed,
                of=made.of,
                graders=made.graders,
                chosen_at=now,
            )
        key = keys[look.key]
        kept = SecondLook.objects.create(
            choice=choices[made.number],
            audit_return_id=key,
            position=place,
            because=list(look.because),
            version=versions[key] if look.grades else None,
            first_grade=look.first,
            settled_at=now if len(look.grades) >= made.graders else None,
        )
        SecondGrade.objects.bulk_create(
            SecondGrade(
                look=kept,
                moderator=one.moderator,
                grade=one.grade,
                reason=one.reason,
                graded_at=now,
            )
            for one in look.grades
        )
    record("moderation.received", by=by, on=ref_of(audit), detail={"looks": len(looks)})
