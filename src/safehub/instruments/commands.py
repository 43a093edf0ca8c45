"""What changes tools and their drafts."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone

from safehub.foundation.access.asking import not_allowed
from safehub.foundation.access.decision import Refusal, check, may
from safehub.foundation.access.reasons import Reason
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.documents import uploads
from safehub.foundation.errors import EditConflict, NotPossible, Refused
from safehub.foundation.records import ref_of
from safehub.foundation.trail.commands import record
from safehub.instruments.drafting import Drafted, is_unread, with_settings
from safehub.instruments.models import ToolDraft, ToolVersion
from safehub.instruments.states import DraftStatus, ToolStatus
from safehub.instruments.tools import Tool
from safehub.instruments.uploading import is_workbook, judged, names_of, read_file, sent_in
from safehub.register.agencies.models import Partnership

Sheets = Mapping[str, Sequence[Sequence[str]]]


@transaction.atomic
def keep_tool_version(*, tool: Tool, sheets: Sheets, by: Viewer) -> ToolVersion:
    """The version with exactly these sheets, made if it is new; the partnership's own first.

    Raises NotPossible for one that was retired: no new audit is made with it.
    """
    kept = {name: [list(row) for row in rows] for name, rows in sheets.items()}
    digest = _digest(tool.title, kept)
    ours = Q(partnership__isnull=True) | Q(partnership=by.partnership)
    found = ToolVersion.objects.filter(ours, sha256=digest)
    version = found.order_by(F("partnership").desc(nulls_last=True), "pk").first()
    if version is None:
        version = ToolVersion.objects.create(
            form_id=tool.form_id,
            version=tool.version,
            title=tool.title,
            sheets=kept,
            sha256=digest,
        )
        record("tool.kept", by=by, on=ref_of(version))
    if version.status == ToolStatus.RETIRED:
        raise NotPossible(
            f"Version {version.version} of {version.title} is retired: use a newer version."
        )
    return version


def _digest(title: str, sheets: Sheets) -> str:
    canonical = json.dumps([title, sheets], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


@transaction.atomic
def start_draft(
    *,
    sheets: Sheets,
    title: str,
    by: Viewer,
    partnership: Partnership | None = None,
    based_on: ToolVersion | None = None,
) -> ToolDraft:
    """A draft with these sheets, which may have mistakes. Raises NotAllowed outside the office.

    `partnership` is for the local operator, who acts for none.
    """
    check(by, "tool.start")
    key = by.partnership or (partnership.pk if partnership else None)
    if key is None:
        raise NotPossible("Say for which partnership the tool is: you act for none.")
    drafted, at = Drafted(sheets), by.at or timezone.now()
    named, form_id, _ = names_of(sheets)
    draft = ToolDraft.objects.create(
        partnership_id=key,
        title=named or title,
        form_id=form_id,
        sheets=drafted.as_sheets(),
        keys=drafted.as_keys(),
        based_on=based_on,
        started_at=at,
        updated_at=at,
        updated_by_id=by.person,
    )
    if not may(by, "tool.write", draft):
        raise not_allowed(
            "Tools are written by the partnership's own office: act for it.",
            Refusal(by, "tool.write", None, Reason.RELATION),
        )
    record("tool.started", by=by, on=ref_of(draft))
    return draft


@transaction.atomic
def carry_version(*, version: ToolVersion, number: str, by: Viewer) -> ToolDraft:
    """A draft of the next version: the same questions, descriptors, standards and scores."""
    check(by, "tool.see", version)
    return start_draft(
        sheets=with_settings(
            version.sheets, form_title=version.title, form_id=version.form_id, version=number
        ),
        title=version.title,
        based_on=version,
        by=by,
    )


@transaction.atomic
def edit_draft(*, draft: ToolDraft, change: Callable[[Drafted], object], by: Viewer) -> ToolDraft:
    """Change the sheets of an open draft. `change` is given them as they are now.

    Raises EditConflict where somebody changed them in this very moment, NotPossible where the
    draft is no longer open, and what `change` raises.
    """
    found = _open(draft, by, "tool.write")
    drafted = Drafted(found.sheets, found.keys)
    change(drafted)
    _save(found, drafted, by)
    record("tool.drafted", by=by, on=ref_of(found))
    return found


@transaction.atomic
def upload_into_draft(*, draft: ToolDraft, name: str, data: bytes, by: Viewer) -> ToolDraft:
    """Take a file into the draft, whole; or leave the draft, and keep what is wrong with it.

    A draft that waits for its first file says which by `upload_mistakes`. Raises Refused for one
    that is not what its name says, or a harmful one: nothing of that is kept.
    """
    found = _open(draft, by, "tool.write")
    sent = read_file(data, name)
    if not sent.is_mendable:
        raise Refused(list(sent.mistakes))
    found.left_out = sent.remarks
    if sent.mistakes or sent.sheets is None:
        found.upload_name = name
        found.upload_sha256 = uploads.keep(settings.UPLOADS, data)
        found.upload_mistakes = [[one.place, one.found, one.wanted] for one in sent.mistakes]
        _update(found, by, ("upload_name", "upload_sha256", "upload_mistakes"))
        record("tool.upload_refused", by=by, on=ref_of(found))
        return found
    _take(found, sent.sheets, by)
    record("tool.uploaded", by=by, on=ref_of(found))
    return found


@transaction.atomic
def take_upload_as_it_is(*, draft: ToolDraft, by: Viewer) -> ToolDraft:
    """Take the workbook that was refused into the draft, mistakes and all, to be mended on pages.

    Raises NotPossible where cells of it could not be read, it is gone, or it is no workbook.
    """
    found = _open(draft, by, "tool.write")
    if found.upload_name and not is_workbook(found.upload_name):
        raise NotPossible(
            "A Questionnaire is taken in once nothing is wrong with it: mend it first."
        )
    data = uploads.kept(settings.UPLOADS, found.upload_sha256) if found.upload_sha256 else None
    sent = sent_in(data, found.upload_name) if data else None
    if sent is None or sent.sheets is None:
        raise NotPossible("That workbook is no longer here: upload it again.")
    if is_unread(sent.sheets):
        raise NotPossible("It has formulas, which are not read: mend it and upload it again.")
    _take(found, sent.sheets, by)
    record("tool.uploaded", by=by, on=ref_of(found))
    return found


@transaction.atomic
def publish_draft(*, draft: ToolDraft, by: Viewer) -> ToolVersion:
    """Make the draft a version, which never changes again.

    Raises Refused, with all of them, while there are mistakes; NotPossible where the partnership
    has published that version of that tool, or these very questions.
    """
    found = _open(draft, by, "tool.publish")
    judgement = judged(found.sheets, found.title)
    if not judgement.is_good or judgement.tool is None:
        raise Refused(list(judgement.mistakes))
    tool = judgement.tool
    try:
        with transaction.atomic():
            version = ToolVersion.objects.create(
                partnership_id=found.partnership_id,
                form_id=tool.form_id,
                version=tool.version,
                title=tool.title,
                sheets=found.sheets,
                sha256=_digest(tool.title, found.sheets),
                published_at=by.at or timezone.now(),
            )
    except IntegrityError as error:
        raise NotPossible(
            f"Version {tool.version} of {tool.form_id} is published already, and never changes: "
            "give the draft another version in its settings."
        ) from error
    found.status, found.published_as, found.title = DraftStatus.PUBLISHED, version, tool.title
    _update(found, by, ("status", "published_as", "title"))
    record("tool.published", by=by, on=ref_of(version), detail={"draft": found.pk})
    return version


@transaction.atomic
def discard_draft(*, draft: ToolDraft, by: Viewer) -> ToolDraft:
    """Lay the draft aside for good."""
    found = _open(draft, by, "tool.write")
    found.status = DraftStatus.DISCARDED
    _update(found, by, ("status",))
    record("tool.discarded", by=by, on=ref_of(found))
    return found


@transaction.atomic
def retire_version(*, version: ToolVersion, by: Viewer) -> ToolVersion:
    """No new audit is made with it from now on. Retiring it again changes nothing."""
    check(by, "tool.retire", version)
    at = by.at or timezone.now()
    still = ToolVersion.objects.filter(pk=version.pk, status=ToolStatus.PUBLISHED)
    if still.update(status=ToolStatus.RETIRED, retired_at=at):
        version.status, version.retired_at = ToolStatus.RETIRED, at
        record("tool.retired", by=by, on=ref_of(version))
    return version


def _open(draft: ToolDraft, by: Viewer, action: str) -> ToolDraft:
    """The draft as it is now, nobody else's to change until the transaction ends."""
    found = ToolDraft.objects.select_for_update(of=("self",)).get(pk=draft.pk)
    check(by, action, found)
    if found.status != DraftStatus.OPEN:
        raise NotPossible(
            "This draft is published: carry the version to a new draft to change it."
            if found.status == DraftStatus.PUBLISHED
            else "This draft was discarded: start another."
        )
    return found


def _take(draft: ToolDraft, sheets: Sheets, by: Viewer) -> None:
    _save(draft, Drafted(sheets), by)
    draft.upload_name, draft.upload_sha256, draft.upload_mistakes = "", "", []
    draft.save(update_fields=["upload_name", "upload_sha256", "upload_mistakes"])


def _save(draft: ToolDraft, drafted: Drafted, by: Viewer) -> None:
    draft.sheets, draft.keys = drafted.as_sheets(), drafted.as_keys()
    title, draft.form_id, _ = names_of(draft.sheets)
    draft.title = title or draft.title
    _update(draft, by, ("sheets", "keys", "title", "form_id"))


def _update(draft: ToolDraft, by: Viewer, fields: tuple[str, ...]) -> None:
    """Guarded by the edition: SQLite locks no single row."""
    at: dt.datetime = by.at or timezone.now()
    changed = ToolDraft.objects.filter(pk=draft.pk, edition=draft.edition).update(
        **{name: getattr(draft, name) for name in fields},
        edition=draft.edition + 1,
        updated_at=at,
        updated_by_id=by.person,
    )
    if not changed:
        raise EditConflict("Somebody else changed this draft in this moment: send it again.")
    draft.edition += 1
    draft.updated_at = at
