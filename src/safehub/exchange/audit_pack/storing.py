"""From a pack that was read to an audit that is stored, by the commands that pages call too."""

from __future__ import annotations

from django.db import transaction

from safehub.audit.actions.commands import agree_actions
from safehub.audit.coding.commands import keep_codes
from safehub.audit.meetings.attending.commands import keep_attendance, keep_details
from safehub.audit.meetings.commands import record_meeting
from safehub.audit.moderation.commands import keep_looks
from safehub.audit.programmes.commands import commission_audit
from safehub.audit.programmes.models import Audit
from safehub.audit.programmes.queries import audit_of_pack
from safehub.audit.returns.commands import keep_summative_reports, receive_returns
from safehub.audit.returns.sources.commands import keep_sources
from safehub.audit.sampling.commands import (
    FrameEntry,
    FrameFile,
    draw_sample,
    keep_draws,
    keep_frame,
    withdraw_cases,
)
from safehub.exchange.audit_pack.reading import Pack
from safehub.foundation.access.decision import check
from safehub.foundation.access.viewer import Viewer
from safehub.instruments.commands import keep_tool_version


@transaction.atomic
def store(pack: Pack, by: Viewer) -> Audit:
    """The stored audit of this pack: the one there is, if exactly this pack was stored before."""
    found = audit_of_pack(pack.sha256)
    if found is not None:
        check(by, "audit.see", found)
        return found
    audit = commission(pack, by)
    draw_sample(audit=audit, plan=pack.terms.plan, by=by)
    keep_draws(audit=audit, frame=pack.drawn, by=by)
    withdraw_cases(audit=audit, withdrawals=pack.terms.withdrawals, by=by)
    receive_returns(audit=audit, tool=pack.tool, rows=pack.rows, by=by)
    keep_summative_reports(audit=audit, summaries=pack.summaries, by=by)
    keep_sources(audit=audit, sources=pack.sources, by=by)
    keep_looks(audit=audit, looks=pack.looks, by=by)
    keep_codes(audit=audit, texts=pack.texts, by=by)
    if pack.meeting is not None:
        record_meeting(audit=audit, agreed=pack.meeting, by=by)
        agree_actions(audit=audit, actions=pack.actions, by=by)
    keep_attendance(audit=audit, attended=pack.attended, by=by)
    keep_details(audit=audit, details=pack.details, by=by)
    return audit


@transaction.atomic
def commission(pack: Pack, by: Viewer) -> Audit:
    """The audit as commissioned: terms, tool and frame, nothing drawn and nothing returned."""
    version = keep_tool_version(tool=pack.tool, sheets=pack.tool_sheets, by=by)
    audit = commission_audit(
        terms=pack.terms,
        tool_version=version,
        pack_sha256=pack.sha256,
        name=pack.name,
        by=by,
    )
    frame = pack.frame
    keep_frame(
        audit=audit,
        file=FrameFile(
            frame.file, frame.data, pack.neutralised, frame.columns, frame.outside_period
        ),
        entries=[
            FrameEntry(row.referral_id, row.child_id, row.referred_on, row.further)
            for row in frame.rows
        ],
        exclusions=pack.terms.exclusions,
        by=by,
    )
    return audit
