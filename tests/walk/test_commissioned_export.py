"""An audit that was commissioned on pages, exported as a pack and run again, says the same."""

from __future__ import annotations

import json
from pathlib import Path

from factories.people import operator
from safehub.audit.programmes.commissioning import commands
from safehub.audit.programmes.models import Audit
from safehub.audit.programmes.queries import terms_of
from safehub.audit.reports.commands import make_report
from safehub.audit.sampling.commands import FAMILY_REASON, draw_sample
from safehub.audit.sampling.drawing import commands as drawing
from safehub.audit.sampling.queries import exclusions_made
from safehub.exchange.audit_pack.reading import Pack, read_pack
from safehub.exchange.audit_pack.steps import hold_meeting, receive
from safehub.instruments.commands import keep_tool_version
from safehub.register.agencies.commands import register_agency, register_partnership

from .conftest import Command, Run
from .runs import assert_as_computed
from .small import small


def commissioned(pack: Pack) -> Audit:
    """The audit of the pack's terms, written and signed as on pages."""
    by, terms = operator(), pack.terms
    partnership = register_partnership(name=terms.board, by=by)
    agencies = [
        (
            register_agency(
                partnership=partnership, code=one.code, name=one.name, kind=one.kind, by=by
            ),
            one.respondent_unit or "",
        )
        for one in terms.agencies
    ]
    draft = commands.start_commission(
        title=terms.title, kind=terms.kind, by=by, partnership=partnership
    )
    grading = terms.grading
    assert grading is not None
    changes = {
        "period_from": terms.period_from,
        "period_to": terms.period_to,
        "reason": "Why\nnot: “so”\x07",
        "owner": "Group",
        "programme": "Programme",
        "key_lines_of_enquiry": ["One?", "Two: yes"],
        "themes": [[one.code, one.name, one.is_key_line_of_enquiry] for one in terms.themes],
        "agencies": [[agency.pk, unit] for agency, unit in agencies],
        "tool_version": keep_tool_version(tool=pack.tool, sheets=pack.tool_sheets, by=by),
        "grading_question": grading.question,
        "met_good": list(grading.met_good),
        "sample_size": terms.plan.size,
        "sample_reserve": 2,
        "sample_seed": str(terms.plan.seed),
        "by_hand": {"meeting": "2027-06-24", "report": "2027-09-01"},
    }
    draft = commands.write_commission(draft=draft, changes=changes, by=by)
    draft = commands.ask_for_signature(draft=draft, by=by)
    draft = commands.sign_commission(draft=draft, edition=draft.edition, name="The board", by=by)
    assert draft.audit is not None
    return draft.audit


def test_commissioned_audit_exported_runs_the_same(
    run: Run, safehub: Command, tmp_path: Path
) -> None:
    folder = small().write(tmp_path / "pack")
    pack, by = read_pack(folder), operator()
    audit = commissioned(pack)
    drawing.send_frame(audit=audit, name="frame.csv", data=pack.frame.data, by=by)
    drawing.map_columns(audit=audit, mapping={"family": "child_id"}, by=by)
    out = pack.frame.rows[2].referral_id
    drawing.exclude_referral(audit=audit, referral_id=out, reason="Under review.", by=by)
    plan = terms_of(audit).plan
    # Each two referrals of the frame are of one child.
    draw_sample(audit=audit, plan=plan, is_one_per_family=True, by=by)
    kept_out = [one.reason for one in exclusions_made(audit)]
    assert kept_out == ["Under review.", *[FAMILY_REASON] * 19]
    drawing.withdraw_case(audit=audit, number="02", reason="Entered twice.", by=by)
    receive(audit, [folder / "returns.csv", folder / "summative.yaml"], by)
    hold_meeting(audit, [folder / "meeting.yaml", folder / "actions.csv"], by)
    first = json.loads(make_report(audit=audit, by=by).version.report_json)
    moved = tmp_path / "moved"
    result = safehub("audit", "export", audit.reference, "--out", moved)
    assert result.exit_code == 0, result.stderr
    again = run(moved)
    assert again.exit_code == 0, again.stderr
    assert again.report == first
    assert_as_computed(again, moved)
