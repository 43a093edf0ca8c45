"""Every route of the resolver, what it needs, and who may use it: what the sweeps are fed with.

A route that is not here fails the sweep; nothing else has to be written for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver

from factories.people import operator
from factories.workbooks import filled_workbook
from factories.world import World, canary
from safehub.audit.reports.models import ReportVersion
from safehub.audit.returns.models import Return, ReturnEvidence, SentWorkbook, WorkingReturn
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.documents import uploads
from safehub.instruments.presenters import list_key


@dataclass(frozen=True)
class Route:
    """A route by its name, and the view behind it."""

    name: str
    view: Callable[..., Any]
    parameters: tuple[str, ...]

    @property
    def is_open(self) -> bool:
        """Anybody may come to it, signed in or not."""
        return not getattr(self.view, "login_required", True)


def routes() -> list[Route]:
    return sorted(_within(get_resolver(), ""), key=lambda route: route.name)


def _within(resolver: URLResolver, namespace: str) -> Iterator[Route]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            inner = ":".join(part for part in (namespace, pattern.namespace or "") if part)
            yield from _within(pattern, inner)
        elif isinstance(pattern, URLPattern):
            name = ":".join(part for part in (namespace, pattern.name or "") if part)
            assert pattern.name, f"the route {pattern.pattern} has no name"
            yield Route(name, pattern.callback, tuple(pattern.pattern.converters))


@dataclass(frozen=True)
class Fed:
    """How a route is asked in a world: its arguments, and the action on a record that it takes.

    `asks` gives (action, record) pairs that must all be allowed; none: the page is one's own.
    `may` decides where that is not enough.
    """

    arguments: Callable[[World], dict[str, Any]]
    asks: Callable[[World], list[tuple[str, Any]]] = lambda world: []
    has_role: str = ""
    writes: bool = False


def _nothing(world: World) -> dict[str, Any]:
    return {}


def _audit(world: World) -> dict[str, Any]:
    return {"reference": world.audit.reference}


def _a_return(world: World) -> Return:
    return Return.objects.filter(
        participant__audit=world.audit,
        participant__code="CSC",
        versions__status="submitted",
        versions__known="yes",
        versions__is_latest=True,
    ).first()  # type: ignore[return-value]


def _report(world: World) -> ReportVersion | None:
    return world.audit.reports.first()


def _working(world: World) -> WorkingReturn:
    participant = world.audit.participants.get(code="CSC")
    case = world.audit.draws.order_by("number").last().cases.get(number="01")  # type: ignore[union-attr]
    now = world.audit.commissioned_at
    return WorkingReturn.objects.get_or_create(
        participant=participant,
        case=case,
        defaults={
            "tool_version": world.audit.tool_version,
            "answers": {"known": "yes", "comment": canary("ANSWER", 900)},
            "started_at": now,
            "updated_at": now,
        },
    )[0]


def on_working(action: str, *, writes: bool = True, **more: Any) -> Fed:
    return Fed(
        lambda world: {**_audit(world), "key": _working(world).pk, **more},
        lambda world: [(action, _working(world))],
        writes=writes,
    )


def _file(world: World) -> ReturnEvidence:
    return ReturnEvidence.objects.get_or_create(
        audit_return=_a_return(world),
        column="comment",
        name="page.txt",
        defaults={
            "sha256": uploads.keep(settings.UPLOADS, b"A page."),
            "size": 7,
            "added_at": world.audit.commissioned_at,
        },
    )[0]


def _with_sent(world: World, known: str) -> dict[str, Any]:
    """Each member has sent in a workbook of social care in which case 01 answers this."""
    row = {"case": "01", "status": "submitted", "known": known}
    data = filled_workbook(operator(), world.audit.participants.get(code="CSC"), [row])
    sha256 = uploads.keep(settings.UPLOADS, data)
    for member in world.members.values():
        SentWorkbook.objects.update_or_create(
            audit=world.audit,
            membership=member,
            defaults={
                "name": "CSC.xlsx",
                "sha256": sha256,
                "size": len(data),
                "sent_at": world.audit.commissioned_at,
                "taken_at": None,
            },
        )
    return _audit(world)


def on_audit(*actions: str, **more: Any) -> Fed:
    return Fed(
        lambda world: {**_audit(world), **more},
        lambda world: [(action, world.audit) for action in actions],
    )


def _somebody(world: World) -> Any:
    from safehub.foundation.access.vocabulary import Role

    return world.member(Role.AGENCY_AUDITOR, "CSC")


def on_person(action: str, **more: Any) -> Fed:
    return Fed(
        lambda world: {"key": _somebody(world).person_id},
        lambda world: [("person.see", _somebody(world).person), (action, _somebody(world).person)],
        **more,
    )


def on_membership(action: str, **more: Any) -> Fed:
    return Fed(
        lambda world: {"key": _somebody(world).pk},
        lambda world: [("membership.see", _somebody(world)), (action, _somebody(world))],
        **more,
    )


def on_version(*actions: str, asks_also: str = "", **more: Any) -> Fed:
    also = [(asks_also, None)] if asks_also else []
    writes = more.pop("writes", False)
    return Fed(
        lambda world: {"key": world.tool.pk, **more},
        lambda world: [*((action, world.tool) for action in actions), *also],
        writes=writes,
    )


def on_draft(action: str, **more: Any) -> Fed:
    writes = more.pop("writes", False)
    return Fed(
        lambda world: {"key": world.draft.pk, **more},
        lambda world: [("tool.see_draft", world.draft), (action, world.draft)],
        writes=writes,
    )


def starts(**more: Any) -> Fed:
    return Fed(_nothing, lambda world: [("tool.start", None)], **more)


OWN = Fed(_nothing)
FED: dict[str, Fed] = {
    "home": OWN,
    "audit:audits": OWN,
    "audit:round": on_audit("audit.see"),
    "audit:figures": on_audit("audit.see", "audit.see_figures"),
    "audit:figures_csv": on_audit("audit.see", "audit.see_figures"),
    "audit:figure": on_audit(
        "audit.see", "audit.see_grid", "audit.see_figures", name="CSC.met_good"
    ),
    "audit:reports": on_audit("audit.see"),
    "audit:return": Fed(
        lambda world: {**_audit(world), "key": _a_return(world).pk},
        lambda world: [("return.see", _a_return(world))],
    ),
    "audit:change_tool": Fed(
        _audit, lambda world: [("audit.change_tool", world.audit)], writes=True
    ),
    "audit:return_file": Fed(
        lambda world: {**_audit(world), "key": _a_return(world).pk, "file": _file(world).pk},
        lambda world: [
            ("return.see", _a_return(world)),
            ("return.see_evidence", _a_return(world)),
        ],
    ),
    "audit:own_cases": on_audit("audit.answer"),
    "audit:workbook": Fed(
        _audit, lambda world: [("audit.send_workbook", world.audit)], writes=True
    ),
    "audit:blank_workbook": on_audit("audit.see", "audit.fetch_workbook", code="CSC"),
    "audit:sent_workbook": Fed(
        lambda world: _with_sent(world, "no"),
        lambda world: [("audit.send_workbook", world.audit)],
        writes=True,
    ),
    "audit:marked_workbook": Fed(
        lambda world: _with_sent(world, "perhaps"),
        lambda world: [("audit.send_workbook", world.audit)],
    ),
    "audit:begin_return": Fed(
        lambda world: {**_audit(world), "number": "01"},
        lambda world: [("audit.answer", world.audit), ("return.begin", _working(world).case)],
        writes=True,
    ),
    "audit:answers": on_working("return.see_working", writes=False),
    "audit:answer_part": on_working("return.answer", number=2),
    "audit:check_answers": on_working("return.answer"),
    "audit:discard_answers": on_working("return.answer"),
    "audit:download": Fed(
        lambda world: {**_audit(world), "number": 1, "form": "json"},
        lambda world: [("audit.see", world.audit), ("report.download", _report(world))],
    ),
    "tools:tools": OWN,
    "tools:start": starts(),
    "tools:blank": starts(writes=True),
    "tools:upload_new": starts(writes=True),
    "tools:ready": starts(writes=True),
    "tools:version": on_version("tool.see"),
    "tools:version_preview": on_version("tool.see"),
    "tools:xlsform": on_version("tool.see"),
    "fhir:questionnaire": on_version("tool.see"),
    "tools:compare": Fed(
        lambda world: {"key": world.tool.pk, "before": world.audit.tool_version_id},
        lambda world: [("tool.see", world.tool), ("tool.see", world.audit.tool_version)],
    ),
    "tools:carry": on_version("tool.see", asks_also="tool.start", writes=True),
    "tools:retire": on_version("tool.see", "tool.retire", writes=True),
    "tools:draft": on_draft("tool.see_draft", writes=True),
    "tools:row": on_draft("tool.write", row=1, writes=True),
    "tools:remove_row": on_draft("tool.write", row=1, writes=True),
    "tools:add_question": on_draft("tool.write", after=0, writes=True),
    "tools:add_section": on_draft("tool.write", after=0, writes=True),
    "tools:lists": on_draft("tool.write"),
    "tools:add_list": on_draft("tool.write", writes=True),
    "tools:list": on_draft("tool.write", name=list_key("grades"), writes=True),
    "tools:settings": on_draft("tool.write", writes=True),
    "tools:draft_preview": on_draft("tool.see_draft"),
    "tools:draft_compare": on_draft("tool.see_draft"),
    "tools:publish": on_draft("tool.publish", writes=True),
    "tools:discard": on_draft("tool.write", writes=True),
    "tools:draft_xlsform": on_draft("tool.see_draft"),
    "tools:upload": on_draft("tool.write", writes=True),
    "tools:refused": on_draft("tool.write"),
    "tools:marked": on_draft("tool.write"),
    "tools:take": on_draft("tool.write", writes=True),
    "trail": Fed(
        lambda world: {"kind": "programmes.audit", "key": world.audit.pk},
        lambda world: [("trail.see", None)],
    ),
    "letters": Fed(_nothing, lambda world: [("outbox.see", None)]),
    "alerts": Fed(_nothing, has_role="alert.see"),
    "glass": Fed(_nothing, has_role="glass.see"),
    "labels": Fed(_nothing, has_role="record.label"),
    "conflicts": Fed(_nothing, has_role="conflict.decide"),
    "declare_conflict": Fed(
        lambda world: {"kind": "programmes.audit", "key": world.audit.pk},
        lambda world: [("audit.see", world.audit)],
        writes=True,
    ),
    "accounts:people": OWN,
    "accounts:person": on_person("person.see"),
    "accounts:rename": on_person("person.rename", writes=True),
    "accounts:send_again": on_person("person.invite", writes=True),
    "accounts:begin_anew": on_person("person.begin_anew", writes=True),
    "accounts:deactivate": on_person("person.deactivate", writes=True),
    "accounts:reactivate": on_person("person.reactivate", writes=True),
    "accounts:membership": on_membership("membership.end"),
    "accounts:end_membership": on_membership("membership.end", writes=True),
    "accounts:train": on_membership("membership.train", writes=True),
    "accounts:let_break_glass": on_membership("membership.let_break_glass", writes=True),
    "accounts:take_glass": on_membership("membership.let_break_glass", writes=True),
}

# Addresses of records that the world does not hold, or of tokens that nobody has: nothing there
# for anybody, so a page is never shown; they are asked all the same, in every way.
ABSENT: dict[str, dict[str, Any]] = {
    "audit:evidence": {"reference": "no-such-audit", "key": 999_999, "file": 999_999},
    "lay_aside": {"key": 999_999},
    "retry": {"key": 999_999},
    "lay_task_aside": {"key": 999_999},
    "retry_task": {"key": 999_999},
    "close_alert": {"key": 999_999},
    "recheck_label": {"key": 999_999},
    "break_glass": {"kind": "returns.return", "key": 999_999},
    "review_glass": {"key": 999_999},
    "confirm_glass": {"key": 999_999},
    "decide_conflict": {"key": 999_999},
    "reverse_conflict": {"key": 999_999},
    "submissions:discard": {"key": 999_999},
    "submissions:draft": {"form": "nothing.Form"},
    "accounts:accept": {"token": "nobodys-token"},
    "accounts:sign_in_link": {"token": "nobodys-token"},
    "account_reset_password_from_key": {"uidb36": "1", "key": "set-password"},
    "openid_connect_login": {"provider_id": "nobody"},
    "openid_connect_callback": {"provider_id": "nobody"},
    "accounts:end_session": {"key": 999_999},
    "accounts:accept_offer": {"key": 999_999},
    "accounts:decline_offer": {"key": 999_999},
    "accounts:withdraw_offer": {"key": 999_999},
    "mfa_remove_webauthn": {"pk": 999_999},
}

# One's own account: whoever is signed in may come to it, as may be for each of the stages.
ACCOUNT = {
    "accounts:own",
    "accounts:act_as",
    "accounts:no_role",
    "accounts:stay",
    "accounts:sessions",
    "accounts:end_other_sessions",
    "account_change_password",
    "account_set_password",
    "account_reauthenticate",
    "mfa_index",
    "mfa_activate_totp",
    "mfa_deactivate_totp",
    "mfa_list_webauthn",
    "mfa_add_webauthn",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
}
# Pages that hand out an agency to choose from, for those who look after any.
MANAGING = {"accounts:invite": {}, "accounts:add_membership": {"key": 0}}


def viewer_of_client(world: World, role: Any, where: str) -> Viewer:
    from factories.people import make_viewer

    return make_viewer(world.member(role, where))
