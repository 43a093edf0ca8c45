"""What has to hold before a report is published, each with what to do where it does not."""

from __future__ import annotations

import json
from dataclasses import dataclass

from safehub.audit.reports.models import Publication, ReportVersion
from safehub.audit.reports.publishing.states import Suppression

CHOICES = {
    Suppression.NONE: "No figure is suppressed",
    Suppression.UNDER_FIVE: "Figures under five are left out, with all from which they could be "
    "worked out",
}


@dataclass(frozen=True)
class Check:
    """One thing that has to hold. `to_do` says what to do while it does not."""

    code: str
    label: str
    holds: bool
    said: str
    to_do: str = ""


def checks(
    report: ReportVersion, *, is_opened: bool, is_latest: bool, uncleared: int
) -> list[Check]:
    """Every check but the second signature, in the order in which they are met. No query."""
    publication: Publication | None = getattr(report, "publication", None)
    return [
        _opened(is_opened=is_opened),
        _latest(is_latest=is_latest),
        _gaps(report),
        _suppression(publication),
        _frozen(publication),
        _names(publication, uncleared),
    ]


def lacking(report: ReportVersion) -> list[str]:
    """The gaps of the report without an action that has an owner, a date and a measure, by heading.

    A gap may have several actions; one that has all three will do, and each has to have them.
    """
    found = []
    for gap in json.loads(report.report_json)["gaps"]:
        actions = gap["actions"]
        if not actions or not all(
            one["owner_agency"] and one["due_on"] and one["measure"] for one in actions
        ):
            found.append(gap["heading"])
    return found


def _opened(*, is_opened: bool) -> Check:
    return Check(
        "opened",
        "The meeting has opened the round",
        is_opened,
        "It has." if is_opened else "It has not: agencies do not see each other's returns yet.",
        "" if is_opened else "Record the meeting first.",
    )


def _latest(*, is_latest: bool) -> Check:
    return Check(
        "latest",
        "It is the newest report of the audit",
        is_latest,
        "It is." if is_latest else "A newer report was made.",
        "" if is_latest else "Publish the newest one.",
    )


def _gaps(report: ReportVersion) -> Check:
    missing = lacking(report)
    return Check(
        "gaps",
        "Every gap has an owner, a date and a measure",
        not missing,
        "Each has." if not missing else f"Not yet: {', '.join(missing)}.",
        ""
        if not missing
        else "Give each action on these gaps its owner, due date and measure, or a gap without an "
        "action one; then make the report again.",
    )


def _suppression(publication: Publication | None) -> Check:
    if publication is None:
        said, to_do = "Nobody has chosen yet.", "Put the report forward: you choose there."
    else:
        chosen = CHOICES[Suppression(publication.suppression)]
        said = f"{chosen}."
        to_do = ""
    return Check("suppression", "Suppression is chosen", publication is not None, said, to_do)


def _frozen(publication: Publication | None) -> Check:
    is_frozen = publication is not None
    return Check(
        "frozen",
        "Figures and texts are frozen",
        is_frozen,
        "They are as they were when it was put forward." if is_frozen else "Not yet.",
        "" if is_frozen else "Put the report forward: that freezes them.",
    )


def _names(publication: Publication | None, uncleared: int) -> Check:
    if publication is None:
        said, to_do = "Nobody has looked yet.", "Put the report forward: that looks for them."
    elif uncleared:
        said = f"{uncleared} still to be cleared."
        to_do = (
            "Somebody else than who made it and who put it forward clears each with a reason. "
            "Where one is really somebody's, take it out where it was written and make the report "
            "again."
        )
    else:
        said, to_do = "Each word was cleared, or none was found.", ""
    holds = publication is not None and not uncleared
    return Check("names", "No word of it gives anybody away", holds, said, to_do)
