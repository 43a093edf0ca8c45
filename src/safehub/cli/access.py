"""`safehub access …`: explain a decision, and write the table of all permissions."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from safehub.cli.acting import acting
from safehub.cli.telling import note, write_out
from safehub.foundation.errors import NotFound

if TYPE_CHECKING:
    from safehub.foundation.access.explaining import Explanation
    from safehub.foundation.access.viewer import Viewer
    from safehub.foundation.records import RecordRef

OUT_OF_DATE = 1
PERMISSIONS = Path("docs/generated/permissions.md")


@click.group()
def access() -> None:
    """Who may see and do what, and why.

    \b
    Examples:
      safehub access explain cara@example.org returns.return:12
      safehub access permissions --check
    """


@access.command(short_help="Say why somebody may or may not.")
@click.argument("person")
@click.argument("record")
@click.option("--action", "code", metavar="A", help="Such as case.see_link; else opening it.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON on standard output.")
def explain(person: str, record: str, code: str | None, as_json: bool) -> None:
    """Explain what PERSON may do with RECORD, rule by rule, as of now and on a page.

    PERSON is an e-mail address, with :ROLE behind it for one of several memberships. RECORD is
    KIND:KEY or the reference of an audit. What is shown names no content, and goes to the trail.

    \b
    Examples:
      safehub access explain asha@example.org returns.return:12
      safehub access explain cara@example.org:agency_coordinator meadowshire-2026 --json
      safehub access explain ben@example.org sampling.case:3 --action case.see_link
    """
    from safehub.config.starting import start

    start()
    from django.utils import timezone

    from safehub.foundation.access.decision import check
    from safehub.foundation.access.queries import policy
    from safehub.register.accounts.queries import membership_ever_named, viewer_of

    by = acting()
    check(by, "access.explain")
    at = timezone.now()
    viewer = viewer_of(membership_ever_named(person, at), at=at)
    on = record_named(record)
    action = policy().actions.get(code or policy().kinds[on.kind].see)
    if action is None or action.kind != on.kind:
        known = sorted(one.code for one in policy().actions.values() if one.kind == on.kind)
        raise NotFound(f"{code} is not done to {on.kind}: give one of {', '.join(known)}.")
    found = explained(viewer, action.code, on, by)
    if as_json:
        told = as_data(found, viewer, action.code, on)
        write_out(json.dumps(told, ensure_ascii=False, indent=2) + "\n")
    else:
        write_out("\n".join(as_lines(found, viewer, action.code, on)) + "\n")


def record_named(words: str) -> RecordRef:
    """The record that KIND:KEY or an audit's reference names. Raises NotFound: what to type."""
    from safehub.audit.programmes.queries import audit_ever_named
    from safehub.foundation.access.queries import policy
    from safehub.foundation.records import RecordRef, ref_of

    kind, _, key = words.rpartition(":")
    if kind in policy().kinds and key.isascii() and key.isdigit():
        return RecordRef(kind, int(key))
    audit = audit_ever_named(words)
    if audit is not None:
        return ref_of(audit)
    raise NotFound(
        f"{words} names no record: write KIND:KEY with one of the kinds "
        f"{', '.join(sorted(policy().kinds))}, or the reference of an audit."
    )


def explained(viewer: Viewer, code: str, on: RecordRef, by: Viewer) -> Explanation:
    """The explanation, recorded on the record as a look of whoever asks for it."""
    from safehub.foundation.access.explaining import explain as explain_decision
    from safehub.foundation.access.facts import Facts
    from safehub.foundation.access.queries import facts_of, policy
    from safehub.foundation.access.queries.said import said_of
    from safehub.foundation.trail.commands import noted

    rules = policy()
    facts = facts_of(viewer, on.kind, [on.key]).get(on.key, Facts(on.kind, on.key))
    said = said_of(rules.kinds[on.kind], on.key, viewer)
    assert viewer.at is not None  # noqa: S101 - given above
    noted("access.explained", by=by, on=on, detail={"person": viewer.person or 0})
    return explain_decision(rules, viewer, rules.actions[code], facts, said, at=viewer.at)


def as_lines(found: Explanation, viewer: Viewer, code: str, on: RecordRef) -> list[str]:
    """For people: a line for each rule, then the outcome, the fields and what bears on it."""
    shown = [one.value for one, decision in found.classes.items() if decision.is_allowed]
    masked = [
        f"{one.value} ({decision.reason.value})"
        for one, decision in found.classes.items()
        if not decision.is_allowed
    ]
    fields = [f"fields shown: {', '.join(shown)}", f"fields masked: {', '.join(masked)}"]
    return [
        f"{code} on {on} by membership {viewer.membership} ({viewer.role.value})",
        *(
            f"  {'yes' if step.holds else 'no ':3} {step.rule}: {step.words}"
            for step in found.steps
        ),
        f"outcome: {found.outcome}",
        *(fields if found.classes else []),
        *(f"bears on it: {line}" for line in found.bearing),
    ]


def as_data(found: Explanation, viewer: Viewer, code: str, on: RecordRef) -> dict[str, Any]:
    """For programs: the same."""
    return {
        "action": code,
        "record": str(on),
        "person": viewer.person,
        "membership": viewer.membership,
        "role": viewer.role.value,
        "outcome": found.decision.outcome.value,
        "reason": found.decision.reason.value,
        "steps": [
            {"rule": step.rule, "holds": step.holds, "words": step.words} for step in found.steps
        ],
        "classes": {
            one.value: {"shown": decision.is_allowed, "reason": decision.reason.value}
            for one, decision in found.classes.items()
        },
        "bearing": list(found.bearing),
    }


@access.command(short_help="Write the table of all permissions.")
@click.option("--check", "is_check", is_flag=True, help="Only say whether the page is up to date.")
def permissions(is_check: bool) -> None:
    """Write docs/generated/permissions.md from what the apps declare. For whoever works on Safehub.

    \b
    Examples:
      safehub access permissions
      safehub access permissions --check
    """
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "safehub.config.settings")
    django.setup()
    from safehub.foundation.access.permissions import permissions_page
    from safehub.foundation.access.queries import policy

    page = permissions_page(policy())
    stands = PERMISSIONS.read_text(encoding="utf-8") if PERMISSIONS.exists() else ""
    if is_check:
        if stands != page:
            note(f"{PERMISSIONS} is not what the apps declare: run safehub access permissions.")
            sys.exit(OUT_OF_DATE)
        return
    if not PERMISSIONS.parent.is_dir():
        raise NotFound(f"There is no folder {PERMISSIONS.parent} here: run it in the source tree.")
    PERMISSIONS.write_text(page, encoding="utf-8")
    note(f"{PERMISSIONS} is written.")
