"""Pages on which an audit is commissioned."""

from __future__ import annotations

from typing import Any

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from safehub.audit.programmes.commissioning import commands, forms, presenters, queries
from safehub.audit.programmes.commissioning.drafting import graded_questions, what_is_missing
from safehub.audit.programmes.commissioning.letter import rendered_letter
from safehub.audit.programmes.models import CommissionDraft
from safehub.audit.programmes.states import CommissionStatus
from safehub.audit.programmes.terms import Kind
from safehub.foundation.access.decision import check, classes_of, may, noted_list
from safehub.foundation.access.requests import viewer_on
from safehub.foundation.govuk.pages import page
from safehub.foundation.submissions.submitting import submit
from safehub.instruments.queries import tool_of


@require_safe
def commissions(request: HttpRequest) -> HttpResponse:
    """Every commission that the viewer may read."""
    viewer = viewer_on(request)
    found = queries.commissions(viewer)
    noted_list(viewer, "commission.see", found)
    return page(
        request,
        "programmes/commissions.html",
        title="Commissions",
        rows=presenters.commission_rows(found),
        starts=may(viewer, "audit.commission"),
    )


def start(request: HttpRequest) -> HttpResponse:
    """Begin the terms of reference of an audit."""
    viewer = viewer_on(request)
    check(viewer, "audit.commission")

    def act(form: forms.StartCommissionForm) -> str:
        kind = Kind(form.cleaned_data["kind"])
        made = commands.start_commission(title=form.cleaned_data["title"], kind=kind, by=viewer)
        return reverse("commissions:commission", args=[made.pk])

    return submit(
        request,
        forms.StartCommissionForm,
        act=act,
        title="Commission an audit",
        success="The draft is begun. Fill in what is missing, then ask for a signature.",
        crumbs=[("Commissions", reverse("commissions:commissions"))],
        cancel=reverse("commissions:commissions"),
    )


@require_safe
def commission(request: HttpRequest, key: int) -> HttpResponse:
    """The terms of reference as they stand, and what may be done with them."""
    viewer = viewer_on(request)
    draft = queries.opened_commission(viewer, key, "commission.see")
    is_open = draft.status == CommissionStatus.OPEN
    waits = draft.status == CommissionStatus.WAITING
    is_writer = is_open and may(viewer, "commission.write", draft)
    classes = classes_of(viewer, "commission.see", draft)
    return page(
        request,
        "programmes/commission.html",
        title=draft.title,
        draft=draft,
        state=presenters.state_of(draft),
        about=presenters.about_facts(draft, classes, is_writer=is_writer),
        design=presenters.design_facts(draft, is_writer=is_writer),
        steps=presenters.step_rows(draft),
        missing=what_is_missing(draft) if is_open else [],
        writes=is_writer,
        signs=waits and may(viewer, "commission.sign", draft),
        sends_back=waits and may(viewer, "commission.send_back", draft),
        prints=may(viewer, "commission.letter", draft),
        sees_audit=draft.audit is not None and may(viewer, "audit.see", draft.audit),
    )


def about(request: HttpRequest, key: int) -> HttpResponse:
    """What the audit is about and who wants it."""
    return _written(request, key, forms.AboutForm, "What the audit is about")


def themes(request: HttpRequest, key: int) -> HttpResponse:
    """The themes."""
    return _written(request, key, forms.ThemesForm, "Themes")


def agencies(request: HttpRequest, key: int) -> HttpResponse:
    """The agencies that take part, and who answers within each."""
    draft = _to_write(request, key)
    form = forms.agencies_form(queries.agencies_to_choose(draft))
    return _written(request, key, form, "Agencies", draft=draft)


def tool(request: HttpRequest, key: int) -> HttpResponse:
    """The tool with which the cases are audited; a new one has its own grading."""
    draft = _to_write(request, key)
    versions = queries.tools_to_choose(viewer_on(request), draft)
    by_key = {str(one.pk): one for one in versions}

    def changes(form: forms.ToolForm) -> dict[str, Any]:
        chosen = by_key[form.cleaned_data["tool_version"]]
        if chosen.pk == draft.tool_version_id:
            return {"tool_version": chosen}
        return {"tool_version": chosen, "grading_question": "", "met_good": []}

    return _written(
        request,
        key,
        forms.ToolForm,
        "Audit tool",
        draft=draft,
        changes=changes,
        form_kwargs={
            "versions": [
                (key, f"{one.title}, version {one.version}") for key, one in by_key.items()
            ]
        },
    )


def grading(request: HttpRequest, key: int) -> HttpResponse:
    """Which question grades the work."""
    draft = _to_write(request, key)
    version = draft.tool_version
    form = forms.grading_form(graded_questions(tool_of(version)) if version else [])
    return _written(request, key, form, "Grading", draft=draft)


def sample(request: HttpRequest, key: int) -> HttpResponse:
    """How the cases are chosen."""
    return _written(request, key, forms.SampleForm, "Sample")


def dates(request: HttpRequest, key: int) -> HttpResponse:
    """The day of each step."""
    return _written(
        request,
        key,
        forms.DatesForm,
        "Days",
        lead="A step falls so many working days after the beginning; bank holidays do not count. A "
        "day that you set by hand stays where it is.",
    )


def _to_write(request: HttpRequest, key: int) -> CommissionDraft:
    return queries.opened_commission(viewer_on(request), key, "commission.write")


def _written(
    request: HttpRequest,
    key: int,
    form_class: type[BaseForm],
    title: str,
    *,
    draft: CommissionDraft | None = None,
    changes: Any = None,
    **more: Any,
) -> HttpResponse:
    """A page on which some of a draft is written."""
    viewer = viewer_on(request)
    draft = draft or _to_write(request, key)
    taken = changes or (lambda form: form.changes())
    return submit(
        request,
        form_class,
        act=lambda form: commands.write_commission(draft=draft, changes=taken(form), by=viewer),
        title=title,
        success="The draft is changed.",
        then=_address(draft),
        record=draft,
        crumbs=_crumbs(draft),
        cancel=_address(draft),
        **more,
    )


def _address(draft: CommissionDraft) -> str:
    return reverse("commissions:commission", args=[draft.pk])


def _crumbs(draft: CommissionDraft) -> list[tuple[str, str]]:
    return [("Commissions", reverse("commissions:commissions")), (draft.title, _address(draft))]


def ask(request: HttpRequest, key: int) -> HttpResponse:
    """Ask for a signature."""
    viewer = viewer_on(request)
    draft = _to_write(request, key)
    return submit(
        request,
        forms.AskForm,
        act=lambda _: commands.ask_for_signature(draft=draft, by=viewer),
        title="Ask for a signature?",
        lead="Those who may sign are told. Nobody signs what they wrote any of themselves.",
        success="It waits for a signature.",
        then=_address(draft),
        record=draft,
        button="Ask for a signature",
        crumbs=_crumbs(draft),
        cancel=_address(draft),
    )


def discard(request: HttpRequest, key: int) -> HttpResponse:
    """Lay a draft aside for good."""
    viewer = viewer_on(request)
    draft = _to_write(request, key)
    return submit(
        request,
        forms.DiscardForm,
        act=lambda _: commands.discard_commission(draft=draft, by=viewer),
        title="Discard this draft?",
        lead="It is laid aside for good.",
        success="The draft is discarded.",
        then=reverse("commissions:commissions"),
        record=draft,
        button="Discard it",
        warns=True,
        crumbs=_crumbs(draft),
        cancel=_address(draft),
    )


def send_back(request: HttpRequest, key: int) -> HttpResponse:
    """Let it be written again."""
    viewer = viewer_on(request)
    draft = queries.opened_commission(viewer, key, "commission.send_back")
    return submit(
        request,
        forms.SendBackForm,
        act=lambda form: commands.send_back(
            draft=draft, because=form.cleaned_data["because"], by=viewer
        ),
        title="Send it back to be changed",
        success="It may be written again.",
        then=_address(draft),
        record=draft,
        button="Send it back",
        crumbs=_crumbs(draft),
        cancel=_address(draft),
    )


def sign(request: HttpRequest, key: int) -> HttpResponse:
    """Sign the terms as they are shown: from then on there is the audit."""
    viewer = viewer_on(request)
    draft = queries.opened_commission(viewer, key, "commission.sign")
    classes = classes_of(viewer, "commission.see", draft)
    return submit(
        request,
        forms.SignForm,
        act=lambda form: commands.sign_commission(
            draft=draft,
            edition=form.cleaned_data["edition"],
            name=form.cleaned_data["name"],
            by=viewer,
        ),
        title="Sign this commission",
        success="The commission is signed, and the audit is there.",
        template="programmes/sign.html",
        then=_address(draft),
        record=draft,
        form_kwargs={"edition": draft.edition},
        about=presenters.about_facts(draft, classes, is_writer=False),
        design=presenters.design_facts(draft, is_writer=False),
        steps=presenters.step_rows(draft),
        button="Sign it",
        crumbs=_crumbs(draft),
        cancel=_address(draft),
    )


@require_safe
def letter(request: HttpRequest, key: int, form: str) -> HttpResponse:
    """The commissioning letter as a file."""
    viewer = viewer_on(request)
    draft = queries.opened_commission(viewer, key, "commission.letter")
    body, kind = rendered_letter(draft, form)
    response = HttpResponse(body, content_type=kind)
    name = f"commission-{draft.pk}.{form}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
