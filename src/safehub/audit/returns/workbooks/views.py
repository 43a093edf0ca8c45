"""Answering in a workbook: taking an empty one away, sending a filled one in, taking it."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from safehub.audit.programmes.models import Audit, Participant
from safehub.audit.programmes.queries import opened_audit
from safehub.audit.returns.late import in_time, is_late, opened_or_late, too_late
from safehub.audit.returns.presenters import tabs_of
from safehub.audit.returns.workbooks import commands, forms, presenters, queries
from safehub.audit.returns.workbooks.writing import write_workbook
from safehub.audit.returns.working.forms import RING
from safehub.audit.returns.working.queries import own_participant
from safehub.foundation.access.decision import check, may
from safehub.foundation.access.facts import Channel, Context
from safehub.foundation.access.requests import viewer_on
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.documents.marking import marked_copy
from safehub.foundation.errors import Absent, NotAllowed
from safehub.foundation.govuk.pages import page
from safehub.foundation.submissions.submitting import submit
from safehub.instruments.files import XLSX, as_file
from safehub.instruments.queries import tool_of
from safehub.register.accounts.stepping_up import second_factor_first

TAKEN_BEFORE = (
    "This very workbook was taken before, so nothing of it waits. What has changed since stands."
)


READ = "The workbook was read. Nothing of it is taken yet."
MENDED_FIRST = "The workbook was read, and something in it has to be mended first."
NOT_KEPT = "The workbook that you chose was not kept."
HEARD = (
    "It says that a child is at immediate risk: that was heard, and those who answer for it are "
    "told."
)


@dataclass(frozen=True)
class _Done:
    """Where a form led, and what is told."""

    address: str
    told: str

    def get_absolute_url(self) -> str:
        return self.address

    def said(self) -> str:
        return self.told


@dataclass(frozen=True)
class _Sending:
    """Who sends in workbooks of which agencies."""

    viewer: Viewer
    audit: Audit
    participants: tuple[Participant, ...]

    @property
    def address(self) -> str:
        return reverse("audit:workbook", args=[self.audit.reference])


def _opened(request: HttpRequest, reference: str) -> _Sending:
    """Raises Absent, NotAllowed and NotPossible."""
    viewer = viewer_on(request)
    return _of(viewer, opened_audit(viewer, reference, "audit.send_workbook"))


def _of(viewer: Viewer, audit: Audit) -> _Sending:
    if may(viewer, "audit.receive", audit):
        return _Sending(viewer, audit, tuple(audit.participants.order_by("position")))
    return _Sending(viewer, audit, (own_participant(viewer, audit),))


def _opened_or_late(request: HttpRequest, reference: str) -> tuple[_Sending, bool]:
    """The same, and whether the meeting came first. Raises Absent and NotAllowed."""
    viewer = viewer_on(request)
    opened = partial(opened_audit, viewer, reference)
    audit, late = opened_or_late(opened, "audit.send_workbook", "audit.see")
    return _of(viewer, audit), late


def workbook(request: HttpRequest, reference: str) -> HttpResponse:
    """Where an empty workbook is had, and a filled one is sent in."""
    at, late = _opened_or_late(request, reference)
    if late:
        return _comes_late(request, at)

    def act(form: forms.SendForm) -> _Done:
        file = form.cleaned_data["file"]
        try:
            read = commands.send_workbook(
                audit=at.audit, name=str(file.name), data=file.read(), by=at.viewer
            )
        except NotAllowed:
            at.audit.refresh_from_db(fields=["opened_at"])
            raise
        told = MENDED_FIRST if read.is_refused else READ
        return _Done(reverse("audit:sent_workbook", args=[reference]), told)

    try:
        return submit(
            request,
            forms.SendForm,
            act=act,
            title="Answer in a workbook",
            success=_Done.said,
            template="returns/workbook.html",
            record=at.audit,
            button="Send it in",
            audit=at.audit,
            tabs=tabs_of(at.viewer, at.audit, "workbook"),
            participants=at.participants,
            waits=queries.waiting_workbook(at.viewer, at.audit),
        )
    except NotAllowed as refused:
        if not is_late(refused) or at.audit.opened_at is None:
            raise
        # The meeting opened the round while the workbook was on its way.
        return _comes_late(request, at)


def _comes_late(request: HttpRequest, at: _Sending) -> HttpResponse:
    """Nothing is sent in any more; what a workbook says of a child at risk is heard all the same.

    That is outside the clock of the audit, and is kept before the page that says the rest.
    """
    said, ring = too_late(at.audit), ""
    if request.method == "POST":
        said = f"{said} {NOT_KEPT}"
        form = forms.SendForm(request.POST, request.FILES)
        file = form.cleaned_data["file"] if form.is_valid() else None
        if file is not None:
            file.seek(0)
            name, data = str(file.name), file.read()
            if commands.hear_of_risk(audit=at.audit, name=name, data=data, by=at.viewer):
                said, ring = f"{said} {HEARD}", RING
    return submit(
        request,
        forms.SendForm,
        act=_never,
        title="Answer in a workbook",
        success="",
        template="returns/workbook.html",
        record=at.audit,
        too_late=said,
        audit=at.audit,
        tabs=tabs_of(at.viewer, at.audit, "workbook"),
        ring=ring,
        unsent=queries.waiting_workbook(at.viewer, at.audit),
    )


def _never(form: object) -> None:
    """What is too late does nothing."""


@require_safe
@second_factor_first
def blank_workbook(request: HttpRequest, reference: str, code: str) -> HttpResponse:
    """An agency's empty workbook, with who each case is."""
    viewer = viewer_on(request)
    audit = opened_audit(viewer, reference, "audit.see")
    check(viewer, "audit.fetch_workbook", audit, context=Context(Channel.EXPORT))
    at = _of(viewer, audit)
    participant = next((one for one in at.participants if one.code == code), None)
    if participant is None:
        raise Absent("There is no such workbook.")
    file = io.BytesIO()
    write_workbook(file, queries.own_blank(at.viewer, at.audit, participant))
    return as_file(file.getvalue(), XLSX, f"{at.audit.reference}-{code}.xlsx")


@require_http_methods(["GET", "HEAD", "POST"])
def sent_workbook(request: HttpRequest, reference: str) -> HttpResponse:
    """What taking the workbook would change, and taking it; or all that is wrong with it."""
    at, late = _opened_or_late(request, reference)
    if late:
        return _taken_late(request, at)
    sent, data = queries.bytes_sent(at.viewer, at.audit)
    if sent.taken_at is not None and request.method != "POST":
        messages.info(request, TAKEN_BEFORE)
        return redirect(at.address)
    filled = commands.read_sent(audit=at.audit, name=sent.name, data=data, by=at.viewer)
    tool = tool_of(at.audit.tool_version)
    common: dict[str, Any] = {
        "audit": at.audit,
        "tabs": tabs_of(at.viewer, at.audit, "workbook"),
        "ring": RING if filled.at_risk else "",
        "filled": filled,
    }
    if filled.is_refused:
        return page(
            request,
            "returns/workbook_refused.html",
            title="This workbook was not taken in",
            status=409 if request.method == "POST" else 200,
            rows=presenters.mistake_rows(filled, tool),
            is_marked=presenters.has_cells(filled),
            **common,
        )

    def act(form: forms.TakeForm) -> _Done:
        del form
        taken = commands.take_workbook(audit=at.audit, filled=filled, by=at.viewer).received
        told = presenters.taken_in_words(taken.new, taken.changed, taken.unchanged)
        return _Done(_after(at), f"{told} {RING}" if filled.at_risk else told)

    return submit(
        request,
        forms.TakeForm,
        act=in_time(at.audit, act),
        title="What the workbook would change",
        success=_Done.said,
        template="returns/workbook_taking.html",
        record=at.audit,
        form_kwargs={"seen": presenters.seen_of(filled)},
        button="Take it in",
        cancel=at.address,
        sums=presenters.sums_of(filled, {one.code: one.name for one in at.participants}),
        rows=presenters.change_rows(filled, tool),
        on_pages=queries.answered_on_pages(at.audit, filled.rows),
        **common,
    )


def _taken_late(request: HttpRequest, at: _Sending) -> HttpResponse:
    """Nothing of what was sent in is taken any more. What it says of risk was heard already."""
    if request.method != "POST":
        return redirect(at.address)
    return submit(
        request,
        forms.TakeForm,
        act=_never,
        title="Answer in a workbook",
        success="",
        template="returns/workbook.html",
        record=at.audit,
        form_kwargs={"seen": ""},
        too_late=too_late(at.audit),
        audit=at.audit,
        tabs=tabs_of(at.viewer, at.audit, "workbook"),
        unsent=queries.waiting_workbook(at.viewer, at.audit),
    )


def _after(at: _Sending) -> str:
    of_office = may(at.viewer, "audit.receive", at.audit)
    return reverse("audit:round" if of_office else "audit:own_cases", args=[at.audit.reference])


@require_safe
def marked_workbook(request: HttpRequest, reference: str) -> HttpResponse:
    """The refused workbook again, with each mistake marked in its cell."""
    at = _opened(request, reference)
    sent, data = queries.bytes_sent(at.viewer, at.audit)
    filled = commands.read_sent(audit=at.audit, name=sent.name, data=data, by=at.viewer)
    if not filled.is_refused:
        raise Absent("Nothing is wrong with the workbook that you sent in.")
    stem = filled.name.rpartition(".")[0] or filled.name
    return as_file(marked_copy(data, filled.mistakes), XLSX, f"{stem}-to-mend.xlsx")
