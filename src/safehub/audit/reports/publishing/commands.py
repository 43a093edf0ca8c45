"""What puts a report forward, clears its words and publishes it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from safehub.audit.reports.models import Publication, PublishedFile, ReportVersion, ReportWord
from safehub.audit.reports.publishing import queries
from safehub.audit.reports.publishing.checks import checks
from safehub.audit.reports.publishing.files import as_published
from safehub.audit.reports.publishing.naming import (
    Word,
    found_words,
    texts_of,
    texts_of_json,
)
from safehub.audit.reports.publishing.states import FORMS, Suppression
from safehub.audit.reports.publishing.telling import tell_of
from safehub.audit.reports.writing import Correction, Publishable, publishable, written
from safehub.audit.sampling.naming import sought
from safehub.foundation.access.decision import check
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.documents import uploads
from safehub.foundation.errors import NotPossible
from safehub.foundation.records import ref_of
from safehub.foundation.trail.commands import record

NUMBER = "number"
_BATCH = 500
# A number of children under five, written by hand.
_SMALL_NUMBER = re.compile(
    r"\b(?:[1-4]|one|two|three|four)\s+(?:of\s+(?:the\s+)?)?(?:\w+\s+)?"
    r"(?:cases?|child(?:ren)?|famil(?:y|ies)|returns?|referrals?|siblings?|bab(?:y|ies)|girls?|boys?)\b",
    re.IGNORECASE,
)
_BESIDE = 80


@transaction.atomic
def put_forward(
    *,
    report: ReportVersion,
    suppression: Suppression,
    by: Viewer,
    corrected: str = "",
    why: str = "",
) -> Publication:
    """Choose what is suppressed, freeze every text, and look for words of people in the sample.

    May be done anew until it is published: then every word has to be cleared again. Raises
    NotPossible for another report than the newest, where something came in since it was made, and
    for a correction that does not say what it corrects and why.
    """
    check(by, "report.put_forward", report)
    report = _locked(report)
    if not queries.is_latest(report):
        raise NotPossible("A newer report was made: put that one forward.")
    assert by.person is not None  # noqa: S101 - the action is granted to people with a name
    corrects = queries.published_of(report.audit)
    corrected, why = corrected.strip(), why.strip()
    if corrects is not None and not (corrected and why):
        raise NotPossible(
            f"Report {corrects.number} is published. Say what this report corrects, and why."
        )
    draft = written(report.audit, report.previous_audit)
    if hashlib.sha256(draft.text.encode()).hexdigest() != report.sha256:
        raise NotPossible("Something came in since this report was made: make the report again.")
    correction = Correction(corrects.number, corrected, why) if corrects else None
    made = publishable(draft, suppression, correction)
    Publication.objects.filter(report=report).delete()
    ReportWord.objects.filter(report=report).delete()
    looked = sought(
        queries.frame_columns(report.audit),
        queries.people_of_the_sample(report.audit),
        queries.frame_mapping(report.audit),
    )
    publication = Publication.objects.create(
        report=report,
        suppression=suppression.value,
        corrects=corrects,
        corrected=corrected if corrects else "",
        why=why if corrects else "",
        report_json=made.text,
        document=made.document.as_kept(),
        figures=made.figures,
        briefing=made.briefing.as_kept(),
        looked_in=list(looked.looked_in),
        not_looked_in=list(looked.not_looked_in),
        unusable=looked.unusable,
        put_forward_by_id=by.person,
        put_forward_at=timezone.now(),
    )
    words = found_words(_texts(made), looked.protected)
    _keep_words(report, [(one.kind.value, one) for one in words], _numbers(made, suppression))
    record(
        "report.forwarded",
        by=by,
        on=ref_of(report),
        detail={"suppression": suppression.value, "words": len(words)},
    )
    return publication


def _locked(report: ReportVersion) -> ReportVersion:
    """The report, held until the end: of two at once the second sees what the first did.

    Raises NotPossible where it was published meanwhile.
    """
    rows = ReportVersion.objects.select_related("audit", "previous_audit", "publication")
    # Of a blank previous audit and publication there is nothing to lock.
    locked = rows.select_for_update(of=("self",)).get(pk=report.pk)
    publication: Publication | None = getattr(locked, "publication", None)
    if publication is not None and publication.published_at is not None:
        raise NotPossible("The report is published and never changes: make another to correct it.")
    return locked


def _texts(made: Publishable) -> list[str]:
    return [
        *texts_of(made.document.as_kept()),
        *texts_of(made.briefing.as_kept()),
        *texts_of_json(made.text),
        *made.figures.splitlines(),
    ]


def _numbers(made: Publishable, suppression: Suppression) -> list[tuple[str, str, str]]:
    """What people wrote of few children: in the briefing always, else where it is suppressed."""
    texts = list(texts_of(made.briefing.as_kept()))
    if suppression is Suppression.UNDER_FIVE:
        texts += texts_of(made.document.as_kept())
    return [
        (
            text[max(0, match.start() - _BESIDE) : match.start()],
            match.group(),
            text[match.end() : match.end() + _BESIDE],
        )
        for text in dict.fromkeys(texts)
        for match in _SMALL_NUMBER.finditer(text)
    ]


def _keep_words(
    report: ReportVersion,
    words: Iterable[tuple[str, Word]],
    numbers: Iterable[tuple[str, str, str]],
) -> None:
    rows = [(kind, one.before, one.word, one.after) for kind, one in words]
    rows += [(NUMBER, *beside) for beside in numbers]
    ReportWord.objects.bulk_create(
        (
            ReportWord(report=report, position=at, kind=kind, before=before, word=word, after=after)
            for at, (kind, before, word, after) in enumerate(rows, start=1)
        ),
        batch_size=_BATCH,
    )


@transaction.atomic
def clear_word(*, report: ReportVersion, word: ReportWord, reason: str, by: Viewer) -> ReportWord:
    """Say of one word, with the reason, that it gives nobody away. Raises NotPossible.

    A word is cleared once; who put the report forward, or made it, clears none.
    """
    check(by, "report.clear", report)
    _locked(report)
    now = ReportWord.objects.select_for_update().filter(pk=word.pk, report=report).first()
    if now is None:
        raise NotPossible("The report was put forward anew: look at its words again.")
    if not reason.strip():
        raise NotPossible("Say why this word gives nobody away.")
    if now.cleared_at is not None:
        raise NotPossible("Somebody has cleared this word already.")
    now.reason, now.cleared_by_id, now.cleared_at = reason.strip(), by.person, timezone.now()
    now.save(update_fields=["reason", "cleared_by", "cleared_at"])
    record("report.cleared", by=by, on=ref_of(report), detail={"word": now.pk})
    return now


@transaction.atomic
def sign(*, report: ReportVersion, put_forward_at: str, by: Viewer) -> Publication:
    """Sign the report, which publishes it: its files are written and kept, and never change.

    The agencies that took part and the board are told by reference.
    `put_forward_at` is when the report that was read was put forward. Raises NotPossible where a
    check does not hold, or it was put forward anew meanwhile.
    """
    check(by, "report.sign", report)
    report = _locked(report)
    publication = Publication.objects.select_for_update().filter(report=report).first()
    if publication is None:
        raise NotPossible("Nobody has put this report forward yet.")
    if publication.put_forward_at.isoformat() != put_forward_at:
        raise NotPossible("The report was put forward anew since you read it: read it again.")
    failing = [
        one.label
        for one in checks(
            report,
            is_opened=report.audit.opened_at is not None,
            is_latest=queries.is_latest(report),
            uncleared=queries.uncleared(report),
        )
        if not one.holds
    ]
    if failing:
        raise NotPossible(f"It cannot be published yet. Not met: {'; '.join(failing)}.")
    files = [(form, as_published(publication, form)) for form in FORMS]
    PublishedFile.objects.bulk_create(
        PublishedFile(
            report=report,
            form=form,
            sha256=uploads.keep(settings.UPLOADS, data),
            size=len(data),
        )
        for form, data in files
    )
    publication.signed_by_id, publication.published_at = by.person, timezone.now()
    publication.save(update_fields=["signed_by", "published_at"])
    told = tell_of(report)
    record("report.published", by=by, on=ref_of(report), detail={"files": len(files), "told": told})
    return publication
