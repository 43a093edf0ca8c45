"""From draft to release: nothing leaves that a second person has not cleared to the byte."""

from __future__ import annotations

import hashlib
import io
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import Role
from safehub.foundation.disclosure import commands
from safehub.foundation.disclosure.models import Disclosure, Release, SharingRecord
from safehub.foundation.disclosure.outgoing import (
    CleanItem,
    Outgoing,
    OutgoingFile,
    OutgoingItem,
    OutgoingTo,
    SharingTerms,
)
from safehub.foundation.disclosure.protected import Protected
from safehub.foundation.disclosure.queries import (
    barred_pairs,
    disclosures_for,
    hits_of,
    releases_of,
    sharing_records_for,
    unread_of,
)
from safehub.foundation.disclosure.scanning import scan
from safehub.foundation.disclosure.states import HitDecision
from safehub.foundation.documents import uploads
from safehub.foundation.errors import Absent, EditConflict, NotAllowed, NotPossible, Unavailable
from safehub.foundation.outbox.models import Message
from safehub.foundation.trail.models import TrailEvent

from .disclosure_canaries import MOTHER, PROTECTED, K
from .disclosure_files import pdf, png, word
from .disclosure_worlds import (
    FATHER,
    LETTER,
    MINUTES,
    NOT_TO_FATHER,
    SOLICITOR,
    TERMS,
    Hub,
    Ready,
    decide_all,
    outgoing,
)


def entries(data: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name).decode("utf-8", "replace") for name in archive.namelist()}


def bytes_of(release: Release) -> bytes:
    data = uploads.kept(settings.UPLOADS, release.sha256)
    assert data is not None
    return data


def told() -> QuerySet[Message]:
    return Message.objects.filter(notice="disclosure.ready")


def events() -> list[str]:
    return list(TrailEvent.objects.order_by("pk").values_list("event", flat=True))


def test_whole_way_releases_masked_bytes_with_hash_and_recipients(hub: Hub, cleared: Ready) -> None:
    disclosure = cleared()
    (release,) = commands.release(disclosure=disclosure, outgoing=outgoing(), by=hub.asha)
    data = bytes_of(release)
    assert hashlib.sha256(data).hexdigest() == release.sha256
    assert (release.size, release.recipient_name) == (len(data), "Ravi Firth")
    texts = entries(data)
    assert texts["001.txt"] == (
        "Minutes\n\n[withheld] was seen at [withheld] on Monday. All may be well.\n"
    )
    assert texts["002 b.txt"] == "Also nothing to see."
    assert {hit.text for hit in scan(texts["001.txt"], PROTECTED)} == {"may"}
    disclosure.refresh_from_db()
    assert (disclosure.state, disclosure.cleared_by_id) == ("released", hub.cara.person)


def test_release_keeps_a_sharing_record_and_tells_by_reference_alone(
    hub: Hub, cleared: Ready
) -> None:
    disclosure = cleared()
    commands.release(disclosure=disclosure, outgoing=outgoing(), link="/inbox/", by=hub.asha)
    kept = SharingRecord.objects.get(disclosure=disclosure)
    assert (kept.decision, kept.what, kept.with_whom) == (
        "shared",
        "meeting 1; letter 2",
        "Ravi Firth",
    )
    assert (kept.lawful_basis, kept.consent, kept.family_told) == (
        "public_task",
        "not_sought",
        "told",
    )
    message = told().get()
    assert (message.to, message.reference, message.link) == (
        "ravi@example.org",
        disclosure.reference,
        "/inbox/",
    )
    assert disclosure.reference == f"D{disclosure.pk:06}"


def test_each_step_is_in_the_trail(hub: Hub, cleared: Ready) -> None:
    commands.release(disclosure=cleared(), outgoing=outgoing(), by=hub.asha)
    written = [event for event in events() if event.startswith("disclosure.")]
    assert written[0] == "disclosure.prepare"
    assert written[-2:] == ["disclosure.clear", "disclosure.release"]
    assert written.count("disclosure.edit") >= 4


def test_bytes_are_the_same_whenever_they_are_made(hub: Hub, cleared: Ready) -> None:
    first, second = (
        commands.release(disclosure=cleared(), outgoing=outgoing(), by=hub.asha)[0] for _ in "12"
    )
    assert first.sha256 == second.sha256


def test_maker_cannot_clear(hub: Hub, checked: Ready) -> None:
    disclosure = checked()
    with pytest.raises(NotAllowed):
        commands.clear(disclosure=disclosure, outgoing=outgoing(), by=hub.asha)
    disclosure.refresh_from_db()
    assert disclosure.state == "checked"


def test_whoever_decided_a_hit_cannot_clear(hub: Hub) -> None:
    out = outgoing()
    disclosure = commands.prepare(outgoing=out, terms=TERMS, by=hub.asha)
    commands.scan(disclosure=disclosure, outgoing=out, by=hub.asha)
    decide_all(disclosure, hub.cara)
    assert commands.compose(disclosure=disclosure, outgoing=out, by=hub.asha)
    with pytest.raises(NotAllowed, match="second person"):
        commands.clear(disclosure=disclosure, outgoing=out, by=hub.cara)


def test_store_itself_refuses_a_clearance_by_the_maker(hub: Hub, cleared: Ready) -> None:
    disclosure = cleared()
    with pytest.raises(IntegrityError), transaction.atomic():
        Disclosure.objects.filter(pk=disclosure.pk).update(cleared_by=disclosure.made_by_id)


def test_other_agency_and_administrator_see_nothing(hub: Hub, checked: Ready) -> None:
    disclosure = checked()
    for stranger in (hub.ben, hub.dev):
        with pytest.raises(Absent):
            commands.clear(disclosure=disclosure, outgoing=outgoing(), by=stranger)
        assert not disclosures_for(stranger).exists()
        assert not hits_of(stranger, disclosure).exists()
        assert not unread_of(stranger, disclosure).exists()
        assert not releases_of(stranger, disclosure).exists()
    with pytest.raises(NotAllowed):
        commands.prepare(outgoing=outgoing(), terms=TERMS, by=hub.dev)
    assert disclosures_for(hub.cara).get() == disclosure
    assert hits_of(hub.cara, disclosure).count() == 3


def test_machine_itself_cannot_prepare(hub: Hub) -> None:
    machine = replace(hub.asha, person=None)
    with pytest.raises(NotAllowed, match="signed in"):
        commands.prepare(outgoing=outgoing(), terms=TERMS, by=machine, check=lambda *_: None)


CHANGES: dict[str, Outgoing] = {
    "text": outgoing(replace(MINUTES, text=MINUTES.text + " More."), LETTER),
    "title": outgoing(replace(MINUTES, title="Minutes 2"), LETTER),
    "label": outgoing(replace(MINUTES, labels=NOT_TO_FATHER), LETTER),
    "file": outgoing(MINUTES, replace(LETTER, file=OutgoingFile("b.txt", b"Something else."))),
    "file name": outgoing(
        MINUTES, replace(LETTER, file=OutgoingFile("c.txt", b"Also nothing to see."))
    ),
    "item more": outgoing(MINUTES, LETTER, LETTER),
    "item less": outgoing(MINUTES),
    "recipient": outgoing(to=(replace(SOLICITOR, name="Ravi First"),)),
    "recipient's address": outgoing(to=(replace(SOLICITOR, address="2 Quarry Hill"),)),
    "recipient's relation": outgoing(to=(replace(SOLICITOR, relations=None),)),
    "recipient more": outgoing(to=(SOLICITOR, FATHER)),
    "protected word more": replace(
        outgoing(), protected=(*PROTECTED, Protected(K.OTHER, MOTHER, ("Nothing",)))
    ),
    "protected word less": replace(outgoing(), protected=PROTECTED[1:]),
    "protected word changed": replace(
        outgoing(), protected=(replace(PROTECTED[0], words=("Grace Okafor",)), *PROTECTED[1:])
    ),
}


@pytest.mark.parametrize("what", CHANGES)
def test_change_after_clearance_makes_it_void(what: str, hub: Hub, cleared: Ready) -> None:
    disclosure = cleared()
    assert commands.release(disclosure=disclosure, outgoing=CHANGES[what], by=hub.asha) == []
    disclosure.refresh_from_db()
    assert (disclosure.state, disclosure.clearance, disclosure.cleared_by) == ("drafted", "", None)
    assert not Release.objects.exists()
    assert not told().exists()
    assert events()[-1] == "disclosure.voided"


@pytest.mark.parametrize(
    "what", [what for what in CHANGES if not what.endswith(("less", "changed"))]
)
def test_change_before_clearance_is_not_cleared(what: str, hub: Hub, checked: Ready) -> None:
    """Words that are protected no longer hide nothing: they alone do not hold a clearance up."""
    with pytest.raises(NotPossible, match="scan again"):
        commands.clear(disclosure=checked(), outgoing=CHANGES[what], by=hub.cara)


def test_decision_after_clearance_makes_it_void(hub: Hub, cleared: Ready) -> None:
    disclosure = cleared()
    word = disclosure.found_words.filter(decision="kept").first()
    assert word is not None
    commands.decide_hit(words=[word], decision=HitDecision.MASKED, reason="", by=hub.asha)
    with pytest.raises(NotPossible, match="cleared"):
        commands.release(disclosure=disclosure, outgoing=outgoing(), by=hub.asha)


def test_damaged_bytes_are_not_released(hub: Hub, cleared: Ready) -> None:
    disclosure = cleared()
    composed = disclosure.recipients.get().composed
    (Path(settings.UPLOADS) / composed.sha256).write_bytes(b"12 Alderwick Close")
    with pytest.raises(Unavailable):
        commands.release(disclosure=disclosure, outgoing=outgoing(), by=hub.asha)
    assert not Release.objects.exists()


def test_release_is_once_and_for_all(hub: Hub, cleared: Ready) -> None:
    disclosure = cleared()
    (release,) = commands.release(disclosure=disclosure, outgoing=outgoing(), by=hub.asha)
    with pytest.raises(NotAllowed):
        commands.release(disclosure=disclosure, outgoing=outgoing(), by=hub.asha)
    release.name = "other"
    with pytest.raises(NotPossible, match="cannot be changed"):
        release.save()
    with pytest.raises(NotPossible, match="cannot be deleted"):
        release.delete()
    with pytest.raises(NotAllowed):
        commands.scan(disclosure=disclosure, outgoing=outgoing(), by=hub.asha)
    with pytest.raises(NotAllowed):
        commands.withdraw(disclosure=disclosure, reason="Late.", by=hub.asha)
    assert told().count() == 1


def drafted(hub: Hub, out: Outgoing) -> Disclosure:
    disclosure = commands.prepare(outgoing=out, terms=TERMS, by=hub.asha)
    commands.scan(disclosure=disclosure, outgoing=out, by=hub.asha)
    return disclosure


def test_undecided_hit_blocks(hub: Hub) -> None:
    disclosure = drafted(hub, outgoing())
    with pytest.raises(NotPossible, match="3 hits"):
        commands.compose(disclosure=disclosure, outgoing=outgoing(), by=hub.asha)


def test_unscanned_draft_blocks(hub: Hub) -> None:
    disclosure = commands.prepare(outgoing=outgoing(), terms=TERMS, by=hub.asha)
    with pytest.raises(NotPossible, match="scan again"):
        commands.compose(disclosure=disclosure, outgoing=outgoing(), by=hub.asha)


def test_picture_blocks_until_a_person_looked(hub: Hub) -> None:
    out = outgoing(replace(LETTER, file=OutgoingFile("i.png", png())))
    disclosure = drafted(hub, out)
    with pytest.raises(NotPossible, match="not decided"):
        commands.compose(disclosure=disclosure, outgoing=out, by=hub.asha)
    with pytest.raises(NotPossible, match="what you saw"):
        commands.answer_unread(parts=list(disclosure.unread_parts.all()), answer=" ", by=hub.asha)
    commands.answer_unread(
        parts=list(disclosure.unread_parts.all()), answer="A blank square.", by=hub.asha
    )
    assert commands.compose(disclosure=disclosure, outgoing=out, by=hub.asha)


def test_keeping_a_hit_needs_a_reason(hub: Hub) -> None:
    disclosure = drafted(hub, outgoing())
    words = list(disclosure.found_words.all())
    with pytest.raises(NotPossible, match="Say why"):
        commands.decide_hit(words=words, decision=HitDecision.KEPT, reason=" ", by=hub.asha)


def test_hits_of_an_earlier_scan_cannot_be_decided(hub: Hub) -> None:
    disclosure = drafted(hub, outgoing())
    words = list(disclosure.found_words.all())
    commands.scan(disclosure=disclosure, outgoing=outgoing(), by=hub.asha)
    with pytest.raises(EditConflict):
        commands.decide_hit(words=words, decision=HitDecision.MASKED, reason="", by=hub.asha)


def test_second_scan_keeps_decisions_and_finds_what_is_new(hub: Hub) -> None:
    out = outgoing()
    disclosure = drafted(hub, out)
    decide_all(disclosure, hub.asha)
    more = replace(out, protected=(*PROTECTED, Protected(K.OTHER, MOTHER, ("Monday",))))
    result = commands.scan(disclosure=disclosure, outgoing=more, by=hub.asha)
    assert (result.hits, result.kept_decisions) == (4, 3)
    assert disclosure.found_words.get(decision="").text == "Monday"


def test_removed_word_leaves_nothing_and_masked_word_a_mark(hub: Hub) -> None:
    disclosure = drafted(hub, outgoing(MINUTES))
    for hit, decision in zip(
        disclosure.found_words.order_by("start"),
        (HitDecision.REMOVED, HitDecision.MASKED, HitDecision.KEPT),
        strict=True,
    ):
        commands.decide_hit(words=[hit], decision=decision, reason="As said.", by=hub.asha)
    seen: list[CleanItem] = []

    def making(_: OutgoingTo, items: object) -> OutgoingFile:
        seen.extend(items)  # type: ignore[arg-type]
        return OutgoingFile("a.txt", "\n".join(item.text for item in seen).encode())

    assert commands.compose(
        disclosure=disclosure, outgoing=outgoing(MINUTES), making=making, by=hub.asha
    )
    assert seen[0].text == " was seen at [withheld] on Monday. All may be well."


def test_file_with_a_hit_is_replaced_or_left_out_never_painted_over(hub: Hub) -> None:
    item = replace(
        LETTER, file=OutgoingFile("a.docx", word(lambda d: d.add_paragraph("Wrenhaven")))
    )
    out = outgoing(MINUTES, item)
    disclosure = drafted(hub, out)
    hit = disclosure.found_words.get(item__kind="letter")
    with pytest.raises(NotPossible, match="painted over"):
        commands.decide_hit(words=[hit], decision=HitDecision.MASKED, reason="", by=hub.asha)
    row = disclosure.items.get(kind="letter")
    bad = OutgoingFile("b.pdf", pdf("She is at Wrenhaven House."))
    commands.replace_file(item=row, file=bad, reason="A print.", protected=PROTECTED, by=hub.asha)
    assert disclosure.found_words.filter(item=row).exists()
    good = OutgoingFile("b.pdf", pdf("She is at a refuge."))
    commands.replace_file(item=row, file=good, reason="A print.", protected=PROTECTED, by=hub.asha)
    assert not disclosure.found_words.filter(item=row).exists()
    decide_all(disclosure, hub.asha)
    (made,) = commands.compose(disclosure=disclosure, outgoing=out, by=hub.asha)
    assert "002 b.pdf" in entries(uploads.kept(settings.UPLOADS, made.sha256) or b"")


def test_removed_item_goes_to_nobody(hub: Hub) -> None:
    disclosure = drafted(hub, outgoing())
    commands.remove_item(
        item=disclosure.items.get(kind="meeting"), reason="Not theirs.", by=hub.asha
    )
    (made,) = commands.compose(disclosure=disclosure, outgoing=outgoing(), by=hub.asha)
    assert sorted(entries(uploads.kept(settings.UPLOADS, made.sha256) or b"")) == [
        "001 b.txt",
        "001.txt",
    ]


def test_what_composing_adds_is_a_hit_too(hub: Hub) -> None:
    """A letterhead, or a composer that forgets the masking, cannot slip an address in."""
    out = outgoing(LETTER)
    disclosure = drafted(hub, out)

    def careless(_: OutgoingTo, items: object) -> OutgoingFile:
        return OutgoingFile("a.pdf", pdf("She lives at 12 Alderwick Close."))

    assert commands.compose(disclosure=disclosure, outgoing=out, making=careless, by=hub.asha) == []
    disclosure.refresh_from_db()
    assert disclosure.state == "drafted"
    hit = disclosure.found_words.filter(recipient__isnull=False).first()
    assert hit is not None
    assert hit.text == "12 Alderwick Close"
    with pytest.raises(NotPossible, match="painted over"):
        commands.decide_hit(words=[hit], decision=HitDecision.MASKED, reason="", by=hub.asha)


def test_barred_recipient_blocks_until_the_item_is_left_out_for_them(hub: Hub) -> None:
    out = outgoing(replace(MINUTES, labels=NOT_TO_FATHER), LETTER, to=(SOLICITOR, FATHER))
    disclosure = drafted(hub, out)
    decide_all(disclosure, hub.asha)
    with pytest.raises(NotPossible, match="must not reach a father"):
        commands.compose(disclosure=disclosure, outgoing=out, by=hub.asha)
    father = disclosure.recipients.get(name="Leon Castellan")
    item = disclosure.items.get(kind="meeting")
    commands.exclude_item(item=item, recipient=father, reason="He is barred.", by=hub.asha)
    made = commands.compose(disclosure=disclosure, outgoing=out, by=hub.asha)
    assert len(made) == 2
    commands.clear(disclosure=disclosure, outgoing=out, by=hub.cara)
    released = commands.release(disclosure=disclosure, outgoing=out, by=hub.asha)
    to_father = next(one for one in released if one.recipient_id == father.pk)
    assert sorted(entries(bytes_of(to_father))) == ["001 b.txt", "001.txt"]
    assert "seen" not in "".join(entries(bytes_of(to_father)).values())


def test_recipient_of_whom_nothing_is_said_is_barred_from_labelled_items(hub: Hub) -> None:
    unknown = replace(SOLICITOR, relations=None)
    out = outgoing(replace(LETTER, labels=NOT_TO_FATHER), to=(unknown,))
    disclosure = drafted(hub, out)
    assert [why for _, _, why in barred_pairs(disclosure)] == [
        "the item must not reach a father, and nobody has said what they are"
    ]


def test_recipient_who_would_get_nothing_is_refused(hub: Hub) -> None:
    out = outgoing(LETTER)
    disclosure = drafted(hub, out)
    commands.exclude_item(
        item=disclosure.items.get(),
        recipient=disclosure.recipients.get(),
        reason="No.",
        by=hub.asha,
    )
    with pytest.raises(NotPossible, match="nothing at all"):
        commands.compose(disclosure=disclosure, outgoing=out, by=hub.asha)


def test_recipient_of_another_disclosure_is_refused(hub: Hub) -> None:
    one, other = drafted(hub, outgoing(LETTER)), drafted(hub, outgoing(LETTER))
    with pytest.raises(NotPossible, match="another disclosure"):
        commands.exclude_item(
            item=one.items.get(), recipient=other.recipients.get(), reason="No.", by=hub.asha
        )


@pytest.mark.parametrize("empty", [Outgoing((), (SOLICITOR,), ()), Outgoing((LETTER,), (), ())])
def test_disclosure_of_nothing_or_to_nobody_is_refused(hub: Hub, empty: Outgoing) -> None:
    with pytest.raises(NotPossible, match="at least one"):
        commands.prepare(outgoing=empty, terms=TERMS, by=hub.asha)


@pytest.mark.parametrize(
    ("terms", "words"),
    [
        (replace(TERMS, purpose=" "), "what the sharing is for"),
        (replace(TERMS, necessity=""), "necessary"),
        (replace(TERMS, lawful_basis=""), "lawful basis"),
        (replace(TERMS, lawful_basis="because"), "no lawful basis"),
        (replace(TERMS, lawful_basis="ca2004_s16la"), "not in use here"),
        (replace(TERMS, consent=""), "whether consent"),
        (replace(TERMS, consent="perhaps"), "of the lists"),
        (replace(TERMS, consent_reason=""), "without consent"),
        (replace(TERMS, family_told="not_told"), "family is not told"),
    ],
)
def test_terms_that_leave_something_out_are_refused(
    hub: Hub, terms: SharingTerms, words: str
) -> None:
    with pytest.raises(NotPossible, match=words):
        commands.prepare(outgoing=outgoing(), terms=terms, by=hub.asha)


def test_refusal_to_share_is_kept(hub: Hub) -> None:
    terms = SharingTerms("A school asks", "", "It is more harmful to the child to share.")
    kept = commands.refuse_sharing(
        what="The address", with_whom="The school", terms=terms, by=hub.asha
    )
    assert (kept.decision, kept.decided_by_id) == ("refused", hub.asha.person)
    assert list(sharing_records_for(hub.cara)) == [kept]
    assert not sharing_records_for(hub.ben).exists()
    assert events()[-1] == "disclosure.refuse_sharing"
    with pytest.raises(NotPossible):
        kept.save()
    with pytest.raises(NotPossible, match="with whom"):
        commands.refuse_sharing(what="It", with_whom="", terms=terms, by=hub.asha)


def board(hub: Hub) -> Viewer:
    return replace(hub.cara, role=Role.COMMISSIONER)


def test_duty_to_share_is_a_basis_once_the_board_switches_it_on(hub: Hub) -> None:
    terms = replace(TERMS, lawful_basis="ca2004_s16la")
    with pytest.raises(NotAllowed):
        commands.switch_basis(code="ca2004_s16la", is_on=True, reason="In force.", by=hub.asha)
    commands.switch_basis(code="ca2004_s16la", is_on=True, reason="In force.", by=board(hub))
    assert commands.prepare(outgoing=outgoing(), terms=terms, by=hub.asha).lawful_basis == (
        "ca2004_s16la"
    )
    commands.switch_basis(code="ca2004_s16la", is_on=False, reason="Not yet.", by=board(hub))
    with pytest.raises(NotPossible, match="not in use here"):
        commands.prepare(outgoing=outgoing(), terms=terms, by=hub.asha)


def test_withdrawn_disclosure_goes_nowhere(hub: Hub, cleared: Ready) -> None:
    disclosure = cleared()
    with pytest.raises(NotPossible, match="Say why"):
        commands.withdraw(disclosure=disclosure, reason="", by=hub.asha)
    commands.withdraw(disclosure=disclosure, reason="Wrong recipient.", by=hub.asha)
    with pytest.raises(NotAllowed):
        commands.release(disclosure=disclosure, outgoing=outgoing(), by=hub.asha)


def test_app_that_guards_the_record_can_refuse(hub: Hub) -> None:
    asked: list[str] = []

    def guard(viewer: Viewer, action: str, disclosure: Disclosure | None) -> None:
        asked.append(action)
        raise Absent("There is nothing here.")

    with pytest.raises(Absent):
        commands.prepare(outgoing=outgoing(), terms=TERMS, by=hub.asha, check=guard)
    assert asked == ["disclosure.prepare"]


def test_item_without_text_or_file_is_carried(hub: Hub) -> None:
    out = outgoing(OutgoingItem("note", "5", "Only a title"))
    disclosure = drafted(hub, out)
    assert commands.compose(disclosure=disclosure, outgoing=out, by=hub.asha)
