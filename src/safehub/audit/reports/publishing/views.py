"""Making a report with one button, and publishing it behind its checks."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe
from markupsafe import Markup

from safehub.audit.programmes.models import Audit
from safehub.audit.programmes.queries import opened_audit
from safehub.audit.reports.commands import make_report as made
from safehub.audit.reports.models import ReportVersion
from safehub.audit.reports.publishing import commands, forms, presenters, queries
from safehub.audit.reports.publishing.checks import checks
from safehub.audit.reports.publishing.files import rendered
from safehub.audit.returns.presenters import tabs_of
from safehub.foundation.access.decision import Refusal, check, classes_of, may, refused
from safehub.foundation.access.facts import Channel, Context
from safehub.foundation.access.reasons import Reason
from safehub.foundation.access.requests import viewer_on
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import FieldClass, Outcome
from safehub.foundation.documents.html import to_part
from safehub.foundation.documents.tree import document_of
from safehub.foundation.errors import Absent
from safehub.foundation.govuk.pages import page
from safehub.foundation.govuk.wording import day
from safehub.foundation.records import ref_of
from safehub.foundation.submissions.submitting import submit

_CONTENT = {FieldClass.AGGREGATE, FieldClass.OPINION}


@require_safe
def reports(request: HttpRequest, reference: str) -> HttpResponse:
    """The reports of the audit that the viewer may read."""
    viewer = viewer_on(request)
    audit = opened_audit(viewer, reference, "audit.see")
    return page(
        request,
        "reports/reports.html",
        title=f"Reports: {audit.title}",
        audit=audit,
        tabs=tabs_of(viewer, audit, "reports"),
        makes=may(viewer, "audit.make_report", audit),
        rows=presenters.report_rows(queries.reports_of(viewer, audit), reference),
    )


def make_report(request: HttpRequest, reference: str) -> HttpResponse:
    """Derive every figure and write the report, perhaps beside an earlier audit."""
    viewer = viewer_on(request)
    audit = opened_audit(viewer, reference, "audit.see")
    check(viewer, "audit.make_report", audit)
    earlier = {str(one.pk): one for one in queries.earlier_audits(viewer, audit)}

    def act(form: forms.MakeForm) -> str:
        previous = earlier.get(form.cleaned_data["previous"])  # None of them: alone.
        version = made(audit=audit, by=viewer, previous=previous).version
        return reverse("audit:report", args=[reference, version.number])

    return submit(
        request,
        forms.MakeForm,
        act=act,
        title="Make the report",
        lead="Every figure is derived anew from what is stored now. It stays a draft, which only "
        "the office and the chair see, until it is published.",
        success="The report is made. Read it as it will print.",
        record=audit,
        form_kwargs={"earlier": [(key, _named(one)) for key, one in earlier.items()]},
        button="Make the report",
        cancel=reverse("audit:reports", args=[reference]),
    )


@require_safe
def report(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """One report: its files, and until it is published what has to hold before."""
    viewer = viewer_on(request)
    found = queries.one_report(viewer, reference, number)
    is_draft = not presenters.is_published(found)
    uncleared = queries.uncleared(found) if is_draft else 0
    held = (
        checks(
            found,
            is_opened=found.audit.opened_at is not None,
            is_latest=queries.is_latest(found),
            uncleared=uncleared,
        )
        if is_draft
        else []
    )
    publication = presenters.publication_of(found)
    return page(
        request,
        "reports/report.html",
        title=f"Report {number}: {found.audit.title}",
        audit=found.audit,
        report=found,
        state=presenters.state_of(found),
        facts=presenters.facts(
            found,
            None if is_draft else queries.correction_of(found),
            classes_of(viewer, "report.see", found),
        ),
        files=presenters.file_links(found),
        checks=presenters.check_rows(held),
        is_draft=is_draft,
        forwards=is_draft and may(viewer, "report.put_forward", found),
        signs=publication is not None
        and all(one.holds for one in held)
        and may(viewer, "report.sign", found),
        sees_words=publication is not None and may(viewer, "report.see_words", found),
    )


@require_safe
def preview(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """The report as it prints, within a page."""
    viewer = viewer_on(request)
    found = queries.one_report(viewer, reference, number)
    _whole(viewer, "report.see", found)
    publication = presenters.publication_of(found)
    document = document_of(publication.document if publication else found.document)
    return page(
        request,
        "reports/preview.html",
        title=f"Report {number} as it prints",
        audit=found.audit,
        report=found,
        state=presenters.state_of(found),
        body=Markup(to_part(document)),  # noqa: S704 - the document has escaped its own words
    )


@require_safe
def download(request: HttpRequest, reference: str, number: int, form: str) -> HttpResponse:
    """A report as a file; once it is published, the very bytes that were."""
    viewer = viewer_on(request)
    opened_audit(viewer, reference, "audit.see")
    found = queries.one_report(viewer, reference, number, "report.download")
    _whole(viewer, "report.download", found)
    body, kind = rendered(found, form)
    response = HttpResponse(body, content_type=kind)
    name = f"{reference}-report-{number}.{form}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _whole(viewer: Viewer, action: str, found: ReportVersion) -> None:
    """Raises Absent where a label keeps a part of the report from the viewer: it has no parts."""
    context = Context(Channel.EXPORT) if action == "report.download" else Context()
    if not classes_of(viewer, action, found, context) >= _CONTENT:
        raise refused(Refusal(viewer, action, ref_of(found), Reason.LABEL), Outcome.ABSENT)


def _address(found: ReportVersion) -> str:
    return reverse("audit:report", args=[found.audit.reference, found.number])


def put_forward(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Choose what is suppressed, and freeze what will be published."""
    viewer = viewer_on(request)
    found = queries.one_report(viewer, reference, number, "report.put_forward")
    corrects = queries.published_of(found.audit)
    return submit(
        request,
        forms.ForwardForm,
        act=lambda form: commands.put_forward(
            report=found,
            suppression=form.chosen,
            corrected=form.cleaned_data.get("corrected", ""),
            why=form.cleaned_data.get("why", ""),
            by=viewer,
        ),
        title=f"Put report {number} forward",
        lead="Its figures and texts are frozen as they will be published, and looked through for "
        "names, addresses and dates of people in the sample. Somebody else then clears each word "
        "and signs. You can put it forward anew until then.",
        success="The report is put forward. Somebody else now clears its words and signs it.",
        then=_address(found),
        record=found,
        form_kwargs={"corrects": corrects.number if corrects else None},
        button="Put it forward",
        cancel=_address(found),
    )


@require_safe
def words(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Every word of the report that may be somebody's, with why it gives nobody away."""
    viewer = viewer_on(request)
    found = queries.one_report(viewer, reference, number, "report.see_words")
    publication = presenters.publication_of(found)
    clears = not presenters.is_published(found) and may(viewer, "report.clear", found)
    return page(
        request,
        "reports/words.html",
        title=f"Words of report {number} that may be somebody's",
        audit=found.audit,
        report=found,
        publication=publication,
        clears=clears,
        rows=presenters.word_rows(
            found,
            queries.words_of(found),
            classes_of(viewer, "report.see_words", found),
            clears=clears,
        ),
    )


def clear_word(request: HttpRequest, reference: str, number: int, key: int) -> HttpResponse:
    """Say of one word why it gives nobody away."""
    viewer = viewer_on(request)
    found = queries.one_report(viewer, reference, number, "report.clear")
    word = queries.word_of(found, key)
    if word is None:
        raise Absent("There is no such word: the report may have been put forward anew.")
    return submit(
        request,
        forms.ClearForm,
        act=lambda form: commands.clear_word(
            report=found, word=word, reason=form.cleaned_data["reason"], by=viewer
        ),
        title="Clear a word",
        success="The word is cleared.",
        template="reports/clear_word.html",
        then=reverse("audit:found_words", args=[reference, number]),
        record=found,
        facts=presenters.word_facts(word, classes_of(viewer, "report.see", found)),
        button="It gives nobody away",
        cancel=reverse("audit:found_words", args=[reference, number]),
    )


def sign(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """The second signature, which publishes the report."""
    viewer = viewer_on(request)
    found = queries.one_report(viewer, reference, number, "report.sign")
    publication = presenters.publication_of(found)
    at = publication.put_forward_at.isoformat() if publication else ""
    return submit(
        request,
        forms.SignForm,
        act=lambda form: commands.sign(
            report=found, put_forward_at=form.cleaned_data["put_forward_at"], by=viewer
        ),
        title=f"Sign report {number}",
        lead="Your signature publishes it: the agencies that took part and the board can then "
        "read it and its briefing.",
        success="The report is published.",
        then=_address(found),
        record=found,
        initial={"put_forward_at": at},
        button="Sign and publish",
        warns=True,
        cancel=_address(found),
    )


def _named(audit: Audit) -> str:
    """Rounds of one programme often bear one title: the period tells them apart."""
    return f"{audit.title} ({day(audit.period_from)} to {day(audit.period_to)})"
