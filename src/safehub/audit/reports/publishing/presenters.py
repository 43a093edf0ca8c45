"""What pages say of a report on its way to being published."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse

from safehub.audit.reports.models import Publication, ReportVersion, ReportWord
from safehub.audit.reports.publishing.checks import CHOICES, Check
from safehub.audit.reports.publishing.commands import NUMBER
from safehub.audit.reports.publishing.files import DRAFT_FORMS
from safehub.audit.reports.publishing.states import FORMS, Suppression
from safehub.audit.returns.presenters import MASKED
from safehub.foundation.access.vocabulary import FieldClass
from safehub.foundation.govuk.parts import Fact, Link, Tag
from safehub.foundation.govuk.wording import moment
from safehub.register.accounts.models import Person

_FORM_NAMES = {
    "docx": "Report, Word",
    "pdf": "Report, PDF",
    "html": "Report, web page",
    "json": "Report, data (JSON)",
    "csv": "Figures (CSV)",
    "briefing.docx": "Briefing for practitioners, Word",
    "briefing.pdf": "Briefing for practitioners, PDF",
}
_KINDS = {
    "name": "A name",
    "address": "An address",
    "postcode": "A postcode",
    "phone": "A telephone number",
    "email": "An e-mail address",
    "school": "A school",
    "gp": "A GP",
    "birth_date": "A date",
    "reference": "A number of a person",
    NUMBER: "A number of few children",
}


def publication_of(report: ReportVersion) -> Publication | None:
    """Its publication, whether or not it is signed yet."""
    return getattr(report, "publication", None)


def is_published(report: ReportVersion) -> bool:
    """Whether somebody has signed it."""
    publication = publication_of(report)
    return publication is not None and publication.published_at is not None


def state_of(report: ReportVersion) -> Tag:
    """How far it is."""
    publication = publication_of(report)
    if publication is None:
        return Tag("Draft", "grey")
    return Tag("Published", "green") if publication.published_at else Tag("Put forward", "yellow")


def report_rows(reports: Sequence[ReportVersion], reference: str) -> list[list[object]]:
    """A row for each report; one that was corrected says by which."""
    by = {
        publication.corrects_id: one.number
        for one in reversed(reports)
        if (publication := publication_of(one)) and publication.published_at
    }
    return [
        [
            Link(f"Report {one.number}", reverse("audit:report", args=[reference, one.number])),
            moment(one.made_at),
            state_of(one),
            f"Corrected by report {by[one.pk]}" if one.pk in by else "–",
        ]
        for one in reports
    ]


def facts(
    report: ReportVersion, corrected_by: ReportVersion | None, classes: frozenset[FieldClass]
) -> list[Fact]:
    """Who made it, put it forward and signed it; what it corrects, and what corrects it.

    What the viewer may not see of it is masked.
    """
    staff, words = FieldClass.STAFF in classes, FieldClass.OPINION in classes
    found = [Fact("Made", _when(moment(report.made_at), report.made_by, staff))]
    if report.previous_audit is not None:
        found.append(Fact("Compared with", report.previous_audit.title))
    publication = publication_of(report)
    if publication is not None:
        forward = moment(publication.put_forward_at)
        found += [
            Fact("Put forward", _when(forward, publication.put_forward_by, staff)),
            Fact("Chosen then", CHOICES[Suppression(publication.suppression)]),
        ]
        if publication.corrects is not None:
            found += [
                Fact("Corrects", f"Report {publication.corrects.number}"),
                Fact("What was corrected", publication.corrected if words else MASKED),
                Fact("Why", publication.why if words else MASKED),
            ]
        if publication.published_at is not None:
            at = moment(publication.published_at)
            found.append(Fact("Signed and published", _when(at, publication.signed_by, staff)))
    later = publication_of(corrected_by) if corrected_by is not None else None
    if corrected_by is not None and later is not None:
        found += [
            Fact("Corrected by", f"Report {corrected_by.number}"),
            Fact("What was corrected later", later.corrected if words else MASKED),
            Fact("Why it was corrected", later.why if words else MASKED),
        ]
    return found


def _when(at: str, person: Person | None, is_shown: bool) -> str:
    if not is_shown:
        return at
    return f"{at}, by {person.name if person else 'the operator of the machine'}"


def file_links(report: ReportVersion) -> list[Link]:
    """A link for each file."""
    forms = FORMS if publication_of(report) else DRAFT_FORMS
    return [
        Link(
            _FORM_NAMES[form],
            reverse("audit:download", args=[report.audit.reference, report.number, form]),
        )
        for form in forms
    ]


def check_rows(found: Sequence[Check]) -> list[list[object]]:
    """A row for each check: whether it holds, and what to do where it does not."""
    return [
        [
            one.label,
            Tag("Holds", "green") if one.holds else Tag("Not yet", "red"),
            one.said,
            one.to_do or "–",
        ]
        for one in found
    ]


def word_rows(
    report: ReportVersion,
    words: Sequence[ReportWord],
    classes: frozenset[FieldClass],
    *,
    clears: bool,
) -> list[list[object]]:
    """A row for each word: where it stands, and why it gives nobody away."""
    shown = FieldClass.IDENTITY in classes
    where = [report.audit.reference, report.number]
    return [
        [
            one.word if shown else MASKED,
            _KINDS.get(one.kind, "A word"),
            f"{one.before}{one.word}{one.after}" if shown else MASKED,
            _cleared(
                one,
                reverse("audit:clear_word", args=[*where, one.pk]) if clears and shown else "",
                classes,
            ),
        ]
        for one in words
    ]


def _cleared(one: ReportWord, address: str, classes: frozenset[FieldClass]) -> object:
    if one.cleared_at is not None:
        reason = one.reason if FieldClass.OPINION in classes else MASKED
        by = one.cleared_by.name if one.cleared_by and FieldClass.STAFF in classes else MASKED
        return f"{reason} ({by})"
    if address:
        return Link("Clear", address, f"“{one.word}”, place {one.position}")
    return Tag("Not cleared", "red")


def word_facts(one: ReportWord, classes: frozenset[FieldClass]) -> list[Fact]:
    """A word with what stands beside it; masked for whom it is not."""
    shown = FieldClass.IDENTITY in classes
    return [
        Fact("Word", one.word if shown else MASKED),
        Fact("It may be", _KINDS.get(one.kind, "A word")),
        Fact("It stands in", f"{one.before}{one.word}{one.after}" if shown else MASKED),
    ]
