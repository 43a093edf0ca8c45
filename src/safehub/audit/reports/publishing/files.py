"""The files of a report: rendered from a draft each time, handed out as kept once published."""

from __future__ import annotations

from django.conf import settings

from safehub.audit.reports.models import Publication, ReportVersion
from safehub.audit.reports.publishing.states import FORMS
from safehub.foundation.documents import uploads
from safehub.foundation.documents.html import to_html
from safehub.foundation.documents.pdf import to_pdf
from safehub.foundation.documents.tree import document_of
from safehub.foundation.documents.word import to_word
from safehub.foundation.errors import Absent, NotPossible

# Of a draft that nobody put forward yet, since only then is there what would be published.
DRAFT_FORMS = ("docx", "pdf", "html", "json")


def rendered(report: ReportVersion, form: str) -> tuple[bytes, str]:
    """The bytes of the report in that form, and their media type.

    Those of a published report are its own, byte for byte. Raises Absent for another form, and
    NotPossible where the kept bytes are gone or are not those that were published.
    """
    publication = getattr(report, "publication", None)
    if form not in (FORMS if publication else DRAFT_FORMS):
        raise Absent("There is no report of that form.")
    if publication is None:
        return _of(report.report_json, report.document, form), FORMS[form]
    if publication.published_at is None:
        return as_published(publication, form), FORMS[form]
    return _kept(report, form), FORMS[form]


def as_published(publication: Publication, form: str) -> bytes:
    """The bytes of one file as they will be published."""
    if form == "csv":
        return publication.figures.encode()
    whole, _, kind = form.rpartition(".")
    document = publication.briefing if whole else publication.document
    return _of(publication.report_json, document, kind)


def _of(report_json: str, kept: dict[str, object], form: str) -> bytes:
    if form == "json":
        return report_json.encode()
    document = document_of(kept)
    if form == "html":
        return to_html(document).encode()
    return to_word(document) if form == "docx" else to_pdf(document)


def _kept(report: ReportVersion, form: str) -> bytes:
    file = report.files.filter(form=form).first()
    data = uploads.kept(settings.UPLOADS, file.sha256) if file is not None else None
    if file is None or data is None:
        raise NotPossible(
            "The bytes of this report are not where they are kept. Tell whoever looks after "
            "Safehub: they are in the last backup."
        )
    if uploads.sha256_of(data) != file.sha256:
        raise NotPossible(
            "The bytes of this report are not those that were published. Tell whoever looks after "
            "Safehub: the right ones are in the last backup."
        )
    return data
