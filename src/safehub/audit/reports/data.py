"""report.json: the report as data, its keys in the order of the pack format."""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from safehub.audit.actions.plans import ActionTerms
from safehub.audit.programmes.terms import Statement
from safehub.audit.reports.coded import coding_data
from safehub.audit.reports.comparison import Compared
from safehub.audit.reports.figures import (
    AgencyFigures,
    OtherFigures,
    PrintedFigure,
    Spread,
    YesNoFigures,
)
from safehub.audit.reports.material import Material, SampleShown
from safehub.audit.reports.moderated import moderation_data
from safehub.audit.reports.withholding import Withholding
from safehub.foundation.documents.tree import Document
from safehub.foundation.statistics import Interval, Share
from safehub.instruments.tools import QuestionType

Data = dict[str, Any]


def report_data(
    material: Material, compared: Sequence[Compared], document: Document, withholding: Withholding
) -> Data:
    """Everything that report.json holds."""
    return {
        "audit": _audit(material),
        "sample": _sample(material),
        "agencies": [_agency(one) for one in material.figures.agencies],
        "questions": [_question(one) for one in material.figures.questions],
        "other_questions": [_other(one) for one in material.figures.other_questions],
        "spread": _spread(material.figures.spread),
        **moderation_data(material.moderated),
        **coding_data(material.coded),
        **_agreed(material, withholding),
        "comparison": [_compared(one) for one in compared],
        "document": document.as_data(),
    }


def as_json(data: Data) -> str:
    """The text of report.json: 2-space indent, LF, a final newline."""
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def number(value: Decimal | int | None) -> float | int | None:
    """A JSON number: percents and limits as floats, whole numbers as they are."""
    return float(value) if isinstance(value, Decimal) else value


def interval(limits: Interval | None) -> list[float] | None:
    """Both limits, or null."""
    return None if limits is None else [float(limits[0]), float(limits[1])]


def _audit(material: Material) -> Data:
    terms = material.terms
    meeting_on = terms.meeting_on
    return {
        "title": terms.title,
        "board": terms.board,
        "kind": terms.kind.value,
        "period": {"from": terms.period_from.isoformat(), "to": terms.period_to.isoformat()},
        "meeting_on": meeting_on.isoformat() if meeting_on else None,
        "invented": [what.value for what in terms.invented],
    }


def _sample(material: Material) -> Data:
    sample, plan = material.sample, material.plan
    if material.shown is not None:
        return _sample_shown(material, material.shown)
    return {
        "unit": plan.unit,
        "method": plan.method.value,
        "frame": material.frame_size,
        "excluded": len(material.exclusions),
        "drawn": sample.drawn.size,
        "reserve": len(sample.drawn.reserves),
        "withdrawn": sample.withdrawn_without_replacement,
        "seed": plan.seed,
        "frame_sha256": material.frame.sha256,
        "strata": [
            {"name": stratum.name, "frame": stratum.frame, "drawn": stratum.drawn}
            for stratum in sample.drawn.strata
        ],
        "outside_period": material.frame.outside_period,
        "draws": [
            {"number": d.number, "seed": int(d.seed), "drawn": d.size} for d in material.draws
        ],
    }


def _sample_shown(material: Material, shown: SampleShown) -> Data:
    """The same keys; null is left out, lists are blank."""
    drawn, plan = material.sample.drawn, material.plan
    return {
        "unit": plan.unit,
        "method": plan.method.value,
        "frame": shown.frame,
        "excluded": shown.excluded,
        "drawn": shown.drawn,
        "reserve": shown.reserve,
        "withdrawn": shown.withdrawn,
        "seed": plan.seed,
        "frame_sha256": material.frame.sha256,
        "strata": [
            {"name": stratum.name, "frame": stratum.frame, "drawn": stratum.drawn}
            for stratum in drawn.strata
            if shown.has_strata
        ],
        "outside_period": shown.outside_period,
        "draws": [{"number": d.number, "seed": int(d.seed), "drawn": None} for d in material.draws],
    }


def _share(share: Share) -> Data:
    data: Data = {
        "n": share.n,
        "of": share.of,
        "percent": number(share.percent),
        "interval": interval(share.interval),
    }
    if share.interval_fpc is not None:
        data["interval_fpc"] = interval(share.interval_fpc)
    return data


def _agency(one: AgencyFigures) -> Data:
    asked, answered = one.respondents or (None, None)
    return {
        "code": one.agency.code,
        **one.counts,
        "narrative_only": one.narrative_only,
        "grades": dict(one.grades) if one.grades is not None else None,
        "met_good": _share(one.met_good) if one.met_good is not None else None,
        "respondents": {
            "unit": one.agency.respondent_unit,
            "asked": asked,
            "answered": answered,
        },
        "printed": [_printed(printed) for printed in one.printed],
    }


def _printed(one: PrintedFigure) -> Data:
    return {
        "figure": one.printed.figure,
        "count": one.printed.count,
        "of": one.printed.of,
        "agrees": one.agrees,
        "derived_count": one.derived,
        "derived_of": one.derived_of,
    }


def _question(one: YesNoFigures) -> Data:
    share = _share(one.share)
    del share["n"], share["of"]
    data: Data = {
        "agency": one.agency,
        "name": one.question.name,
        "unit": "return",
        "yes": one.yes,
        "no": one.no,
        "na": one.na,
        "missing": one.missing,
        "not_asked": one.not_asked,
        "of": one.share.of,
        **share,
    }
    if one.further:
        data["further"] = dict(one.further)
    return data


def _other(one: OtherFigures) -> Data:
    data: Data = {
        "agency": one.agency,
        "name": one.question.name,
        "type": one.question.type.value,
        "of": one.of,
        "missing": one.missing,
    }
    if one.question.type in {QuestionType.SELECT_ONE, QuestionType.SELECT_MULTIPLE}:
        data["options"] = [
            {"name": name, "n": share.n, "percent": number(share.percent)}
            for name, share in one.options
        ]
    for name, value in one.values.items():
        data[name] = value if isinstance(value, str) else number(value)
    return {**data, "not_asked": one.not_asked}


def _spread(spread: Spread | None) -> Data | None:
    if spread is None:
        return None
    data: Data = {
        "cases": spread.cases,
        "same": spread.same,
        "within_one": spread.within_one,
        "alpha": number(spread.alpha.value),
    }
    if spread.alpha.reason is not None:
        data["reason"] = spread.alpha.reason
    return data


def _agreed(material: Material, withholding: Withholding) -> Data:
    agreed, clean = material.agreed, withholding.clean

    def said(statements: Sequence[Statement]) -> list[Data]:
        return [
            {
                "text": clean(one.text),
                "theme": one.theme,
                "owner": withholding.clean_owner(one.owner) if one.owner else None,
            }
            for one in statements
        ]

    findings = said(agreed.findings)
    for data, finding in zip(findings, agreed.findings, strict=True):
        data["seen_before"] = finding.seen_before
    return {
        "findings": findings,
        "working_well": said(agreed.working_well),
        "worried_about": said(agreed.worried_about),
        "gaps": _gaps(material, withholding),
        "next_steps": said(agreed.next_steps),
        "actions": [
            {"gap": action.gap, **_action(action, withholding)} for action in material.actions
        ],
    }


def _gaps(material: Material, withholding: Withholding) -> list[Data]:
    positions = {theme.code: i for i, theme in enumerate(material.terms.themes, start=1)}
    return [
        {
            "ref": gap.reference,
            "heading": f"{positions[gap.theme]}{gap.letter}",
            "text": withholding.clean(gap.text),
            "actions": [
                _action(action, withholding)
                for action in material.actions
                if action.gap == gap.reference
            ],
            "owner": withholding.clean_owner(gap.owner) if gap.owner else None,
        }
        for gap in material.agreed.gaps
    ]


def _action(action: ActionTerms, withholding: Withholding) -> Data:
    return {
        "action": withholding.clean(action.text),
        "owner_agency": action.owner_agency,
        "due_on": action.due_on.isoformat() if action.due_on else None,
        "measure": withholding.clean(action.measure) or None,
        "status": action.status.value,
    }


def _compared(one: Compared) -> Data:
    return {
        "figure": one.figure,
        "agency": one.agency,
        "now": {"n": one.now.n, "of": one.now.of},
        "before": {"n": one.before.n, "of": one.before.of},
        "difference": number(one.difference),
        "interval": interval(one.interval),
        "distinguishable": one.distinguishable,
    }
