"""A stored report as a file: rendered from the document that is kept with it."""

from __future__ import annotations

from safehub.audit.reports.models import ReportVersion
from safehub.foundation.documents.html import to_html
from safehub.foundation.documents.pdf import to_pdf
from safehub.foundation.documents.tree import document_of
from safehub.foundation.documents.word import to_word
from safehub.foundation.errors import Absent

FORMS = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "html": "text/html; charset=utf-8",
    "json": "application/json",
}


def rendered(report: ReportVersion, form: str) -> tuple[bytes, str]:
    """The bytes of the report in that form, and their media type. Raises Absent for another."""
    if form not in FORMS:
        raise Absent("There is no report of that form.")
    if form == "json":
        return report.report_json.encode(), FORMS[form]
    document = document_of(report.document)
    if form == "html":
        return to_html(document).encode(), FORMS[form]
    return (to_word(document) if form == "docx" else to_pdf(document)), FORMS[form]
