"""The code book, choosing texts, coding them blind, and what shows to whom."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from factories.people import make_membership, make_viewer, operator
from factories.world import World, whole_world
from safehub.audit.coding import commands
from safehub.audit.coding.leaving.commands import let_go
from safehub.audit.coding.leaving.queries import LEFT_ALONE
from safehub.audit.coding.models import Code, CodedText, CodeTheme, ThemeWords
from safehub.audit.coding.queries import matrix_for, questions_to_code, words_of_text
from safehub.audit.coding.rows import Words
from safehub.audit.returns.models import ReturnVersion
from safehub.foundation.access.decision import decide
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import FieldClass, Outcome, Role
from safehub.foundation.errors import Absent, NotAllowed, NotPossible
from safehub.foundation.outbox.models import Message
from safehub.foundation.trail.models import TrailEvent
from safehub.instruments.responses import answers_of
from unit.returns.answering import Answerer

OFFICE = (Role.AUDIT_COORDINATOR, "office")
MODERATOR = (Role.AUDIT_MODERATOR, "office")
CHAIR = (Role.MEETING_CHAIR, "office")
AUDITOR = (Role.AGENCY_AUDITOR, "CSC")
COMMENT = "comment"
VOICE = Words("Voice of the child", "What the child said.", use_when="Their own words.")


@pytest.fixture
def world(db: None, settings: Settings, tmp_path: Path) -> World:
    settings.UPLOADS = tmp_path / "uploads"
    made = whole_world(tmp_path, opened=False)
    for one in (OFFICE, MODERATOR):
        made.member(*one)
    return made


def viewer(world: World, *who: object) -> Viewer:
    return make_viewer(world.member(*who))  # type: ignore[arg-type]


def theme(world: World, words: Words = VOICE) -> ThemeWords:
    return commands.add_theme(audit=world.audit, words=words, by=viewer(world, *OFFICE))


def chosen(world: World, percent: int = 0) -> list[CodedText]:
    by = viewer(world, *OFFICE)
    commands.choose_texts(audit=world.audit, questions=[COMMENT], percent=percent, by=by)
    return list(CodedText.objects.filter(audit_return__participant__code="CSC").order_by("pk"))


def marked(world: World, text: CodedText, words: ThemeWords, *who: object) -> list[Code]:
    return commands.mark_passages(
        text=text,
        spans=[(0, 4)],
        themes=[words.pk],
        polarity="worried_about",
        by=viewer(world, *(who or OFFICE)),
    )


def coded(world: World, text: CodedText, words: ThemeWords, *who: object) -> CodedText:
    marked(world, text, words, *who)
    return commands.finish_coding(text=text, by=viewer(world, *(who or OFFICE)))


def opened(world: World) -> None:
    world.audit.opened_at = timezone.now()
    world.audit.save()


def address(world: World, name: str, *args: object) -> str:
    return reverse(f"audit:{name}", args=[world.audit.reference, *args])


def test_the_code_book_is_written_on_pages_and_keeps_every_edition(world: World) -> None:
    edie = Answerer(world.client(*OFFICE))
    edie.open(address(world, "coding"))
    edie.open(address(world, "add_theme"))
    edie.send(name="Voice of the child", definition="What the child said.", examples="“No.”")
    assert "What the child said." in edie.page
    made = ThemeWords.objects.get()
    assert (made.theme.code, made.edition) == ("voice-of-the-child", 1)
    edie.open(address(world, "change_theme", made.theme.code))
    edie.send(name="The child's voice", definition="What the child said or showed.")
    assert "Edition 2" in edie.page
    assert [one.name for one in made.theme.editions.all()] == [
        "Voice of the child",
        "The child's voice",
    ]
    # The same words again are no new edition.
    edie.open(address(world, "change_theme", made.theme.code))
    edie.send()
    assert made.theme.editions.count() == 2
    edie.open(address(world, "retire_theme", made.theme.code))
    edie.send()
    assert "(retired)" in edie.page
    edie.open(address(world, "add_theme"))
    edie.send(name="the CHILD'S voice", definition="Once more.")
    assert edie.status == 422
    edie.open(address(world, "retire_theme", made.theme.code))
    edie.send()
    assert CodeTheme.objects.get().retired_at is None
    events = set(TrailEvent.objects.values_list("event", flat=True))
    assert events >= {
        *("coding.theme_added", "coding.theme_worded", "coding.theme_retired"),
        "coding.theme_brought_back",
    }


@pytest.mark.parametrize("who", [MODERATOR, CHAIR, (Role.AGENCY_COORDINATOR, "CSC")])
def test_nobody_else_writes_the_book_or_chooses_texts(world: World, who: tuple[Role, str]) -> None:
    by = viewer(world, *who)
    with pytest.raises((Absent, NotAllowed)):
        commands.add_theme(audit=world.audit, words=VOICE, by=by)
    with pytest.raises((Absent, NotAllowed)):
        commands.choose_texts(audit=world.audit, questions=[COMMENT], percent=0, by=by)
    with pytest.raises((Absent, NotAllowed)):
        commands.retire_theme(audit=world.audit, theme=theme(world).theme, by=by)


def test_two_people_change_one_theme_and_the_second_is_told(world: World) -> None:
    words, by = theme(world), viewer(world, *OFFICE)
    commands.change_words(
        audit=world.audit, words=words, to=Words("Voice", "What they said."), by=by
    )
    with pytest.raises(NotPossible, match="since you opened it"):
        commands.change_words(audit=world.audit, words=words, to=Words("V", "Other."), by=by)
    assert words.theme.editions.count() == 2


def test_the_coordinator_chooses_the_answers_to_be_coded(world: World) -> None:
    edie = Answerer(world.client(*OFFICE))
    edie.open(address(world, "choose_texts"))
    edie.send(questions=[COMMENT], percent="20")
    assert "added to those to be coded" in edie.page
    every = CodedText.objects.all()
    assert every
    for one in every:
        assert words_of_text(one)
        assert (one.version.status, one.version.known) == ("submitted", "yes")
        assert one.version.is_latest
    twice = every.filter(wants_second=True).count()
    assert twice == -(-every.count() * 20 // 100)
    # Once more adds nothing, and changes nothing of those that are there.
    edie.open(address(world, "choose_texts"))
    edie.send(questions=[COMMENT], percent="100")
    assert "0 texts added" in edie.page
    assert CodedText.objects.filter(wants_second=True).count() == twice


def test_what_hangs_on_the_grade_is_not_coded_while_the_round_is_gathered(world: World) -> None:
    world.audit.grading_question = "visits"
    world.audit.save()
    # Whether the comment is asked at all hangs on the visits in no tool here; the voices do.
    from safehub.audit.returns.blinding import hanging_on
    from safehub.instruments.queries import tool_of

    kept = hanging_on(tool_of(world.audit.tool_version), "known")
    world.audit.grading_question = "known"
    world.audit.save()
    assert COMMENT in kept
    assert COMMENT not in {one.name for one in questions_to_code(world.audit)}
    with pytest.raises(NotPossible, match="can be coded now"):
        chosen(world)
    opened(world)
    assert COMMENT in {one.name for one in questions_to_code(world.audit)}


def test_a_text_is_coded_on_a_page_and_its_codes_show_after_it(world: World) -> None:
    words, text = theme(world), chosen(world)[0]
    said = words_of_text(text)
    edie = Answerer(world.client(*OFFICE))
    edie.open(address(world, "coding"))
    edie.open(address(world, "code_text", text.pk))
    edie.send(then="more")
    assert edie.status == 422
    edie.send(sentences=["0"], then="more")
    assert "Choose the themes" in edie.page
    edie.send(sentences=["0"], themes=[str(words.pk)], polarity="working_well", then="more")
    assert Code.objects.get().polarity == "working_well"
    assert "Take out what you marked" in edie.page
    edie.send(exact="not there", themes=[str(words.pk)], polarity="working_well", then="more")
    assert "as they stand in the text" in edie.page
    edie.open(address(world, "code_text", text.pk))
    edie.send(take_out=[str(Code.objects.get().pk)], then="more")
    assert not Code.objects.exists()
    edie.open(address(world, "code_text", text.pk))
    edie.send(
        exact=said[2:6],
        themes=[str(words.pk)],
        polarity="needs_to_happen",
        then="done",
    )
    assert Code.objects.get().start == 2
    assert Code.objects.get().end == 6
    edie.open(address(world, "coded_text", text.pk))
    assert "Needs to happen" in edie.page
    edie.open(address(world, "theme_passages", words.theme.code) + "?agency=CSC")
    assert said[2:6] in edie.page
    assert address(world, "coded_text", text.pk) in edie.page
    matrix = matrix_for(viewer(world, *OFFICE), world.audit)
    assert matrix.cells == {("voice-of-the-child", "CSC"): 1}
    assert matrix.ways == {("voice-of-the-child", "needs_to_happen"): 1}
    # A finished coding stays.
    with pytest.raises(NotAllowed):
        marked(world, text, words)


def test_the_second_coder_is_blind_to_the_first(world: World) -> None:
    words, text = theme(world), chosen(world, percent=100)[0]
    coded(world, text, words)
    for who in (OFFICE, MODERATOR):
        client = world.client(*who)
        page = client.get(address(world, "coded_text", text.pk)).content.decode()
        assert "Codes show once" in page
        assert "Worried about" not in page
        assert matrix_for(viewer(world, *who), world.audit).cells == {}
        passages = client.get(address(world, "theme_passages", words.theme.code))
        assert address(world, "coded_text", text.pk) not in passages.content.decode()
    mo = Answerer(world.client(*MODERATOR))
    mo.open(address(world, "code_text", text.pk))
    assert "a second time" in mo.page
    assert "Take out what you marked" not in mo.page
    mo.send(then="done")
    text.refresh_from_db()
    assert text.second_done_at is not None
    page = world.client(*OFFICE).get(address(world, "coded_text", text.pk)).content.decode()
    assert "Worried about" in page
    assert world.member(*MODERATOR).person.name in page
    assert matrix_for(viewer(world, *OFFICE), world.audit).cells
    page = world.client(*OFFICE).get(address(world, "coding")).content.decode()
    assert "1 text was coded by two people" in page
    assert "That is few" in page


def test_nobody_codes_a_second_time_what_they_coded_first(world: World) -> None:
    words, text = theme(world), chosen(world, percent=100)[0]
    coded(world, text, words)
    with pytest.raises(NotAllowed):
        marked(world, text, words)
    # Nor under another membership of the same person.
    person = world.member(*OFFICE).person
    also = make_membership(person, world.agencies["office"], Role.AUDIT_MODERATOR)
    with pytest.raises(NotAllowed):
        commands.finish_coding(text=text, by=make_viewer(also))
    commands.finish_coding(text=text, by=viewer(world, *MODERATOR))


def test_nobody_codes_what_an_agency_of_theirs_returned(world: World) -> None:
    words, text = theme(world), chosen(world)[0]
    member = world.member(*MODERATOR)
    before = make_membership(member.person, world.agencies["CSC"], Role.AGENCY_AUDITOR)
    type(before).objects.filter(pk=before.pk).update(valid_to=timezone.now())
    with pytest.raises(NotAllowed):
        marked(world, text, words, *MODERATOR)


@pytest.mark.parametrize("who", [CHAIR, AUDITOR, (Role.AUDIT_MODERATOR, "POLICE")])
def test_nobody_else_codes(world: World, who: tuple[Role, str]) -> None:
    words, text = theme(world), chosen(world)[0]
    with pytest.raises((Absent, NotAllowed)):
        marked(world, text, words, *who)
    with pytest.raises((Absent, NotAllowed)):
        marked_by_operator(world, text, words)


def marked_by_operator(world: World, text: CodedText, words: ThemeWords) -> None:
    commands.mark_passages(
        text=text, spans=[(0, 4)], themes=[words.pk], polarity="worried_about", by=operator()
    )


def test_two_coders_at_once_do_not_mix_and_one_lets_go(world: World) -> None:
    words, text = theme(world), chosen(world)[0]
    marked(world, text, words)
    with pytest.raises(NotPossible, match="Somebody else"):
        marked(world, text, words, *MODERATOR)
    with pytest.raises(NotPossible, match="Somebody else"):
        commands.finish_coding(text=text, by=viewer(world, *MODERATOR))
    mo = Answerer(world.client(*MODERATOR))
    mo.open(address(world, "code_text", text.pk))
    assert mo.address == address(world, "coded_text", text.pk)
    edie = Answerer(world.client(*OFFICE))
    edie.open(address(world, "let_go_text", text.pk))
    edie.send()
    assert not Code.objects.exists()
    coded(world, text, words, *MODERATOR)
    text.refresh_from_db()
    assert text.first_by == world.member(*MODERATOR).person


def test_nobody_drops_what_somebody_else_marked_unless_they_left_it_alone(world: World) -> None:
    words, text = theme(world), chosen(world)[0]
    marked(world, text, words)
    mo = Answerer(world.client(*MODERATOR))
    page = mo.open(address(world, "let_go_text", text.pk))
    assert "Ask them to finish it" in page
    assert "Let it go</button>" not in page
    # Also where the page was opened before anything was marked.
    with pytest.raises(NotPossible, match="Ask them to finish it"):
        let_go(text=text, by=viewer(world, *MODERATOR))
    nearly = timezone.now() - LEFT_ALONE + dt.timedelta(hours=1)
    Code.objects.update(coded_at=nearly)
    with pytest.raises(NotPossible):
        let_go(text=text, by=viewer(world, *MODERATOR))
    assert Code.objects.count() == 1
    assert not Message.objects.filter(notice="coding.let_go").exists()
    Code.objects.update(coded_at=nearly - dt.timedelta(hours=1))
    mo.open(address(world, "let_go_text", text.pk))
    mo.send()
    assert not Code.objects.exists()
    text.refresh_from_db()
    assert text.first_by is None
    # Whoever had marked it is told, by reference alone.
    [told] = Message.objects.filter(notice="coding.let_go")
    assert told.to == world.member(*OFFICE).person.email
    assert (told.reference, told.link) == (
        f"text {text.pk}",
        address(world, "coded_text", text.pk),
    )
    # One that is begun and marks nothing is nobody's loss, and one's own is nobody else's.
    coded_by = viewer(world, *OFFICE)
    marked(world, text, words)
    commands.take_out_codes(text=text, codes=[Code.objects.get().pk], by=coded_by)
    let_go(text=text, by=viewer(world, *MODERATOR))
    marked(world, text, words)
    let_go(text=text, by=coded_by)
    assert not Code.objects.exists()
    assert Message.objects.filter(notice="coding.let_go").count() == 1


def test_a_double_press_gives_one_code_and_is_finished_once(world: World) -> None:
    words, text = theme(world), chosen(world)[0]
    marked(world, text, words)
    marked(world, text, words)
    assert Code.objects.count() == 1
    edie = Answerer(world.client(*OFFICE))
    page = edie.open(address(world, "code_text", text.pk))
    edie.send(then="done")
    edie.page, edie.address = page, address(world, "code_text", text.pk)
    edie.send(then="done")
    assert TrailEvent.objects.filter(event="coding.done", outcome="allowed").count() == 1


def test_a_passage_lies_in_the_text_and_has_themes_in_use(world: World) -> None:
    words, text = theme(world), chosen(world)[0]
    by, longer = viewer(world, *OFFICE), len(words_of_text(text)) + 1
    for spans, themes, way in [
        ([(0, longer)], [words.pk], "worried_about"),
        ([(3, 3)], [words.pk], "worried_about"),
        ([], [words.pk], "worried_about"),
        ([(0, 4)], [], "worried_about"),
        ([(0, 4)], [words.pk + 99], "worried_about"),
        ([(0, 4)], [words.pk], "splendid"),
    ]:
        with pytest.raises(NotPossible):
            commands.mark_passages(text=text, spans=spans, themes=themes, polarity=way, by=by)
    commands.retire_theme(audit=world.audit, theme=words.theme, by=by)
    with pytest.raises(NotPossible, match="in use"):
        marked(world, text, words)


def test_an_agency_sees_nothing_of_it_before_the_round_is_opened(world: World) -> None:
    words, text = theme(world), chosen(world)[0]
    coded(world, text, words)
    for who in (CHAIR, AUDITOR, (Role.AGENCY_COORDINATOR, "POLICE"), (Role.BOARD_MEMBER, "office")):
        client = world.client(*who)
        assert client.get(address(world, "coding")).status_code in {403, 404}, who
        assert client.get(address(world, "coded_text", text.pk)).status_code == 404, who
    opened(world)
    for who in (CHAIR, (Role.AGENCY_COORDINATOR, "POLICE")):
        client = world.client(*who)
        assert client.get(address(world, "coding")).status_code == 200, who
        page = client.get(address(world, "coded_text", text.pk)).content.decode()
        assert "Worried about" in page
        assert world.member(*OFFICE).person.name not in page
    board = world.client(Role.BOARD_MEMBER, "office")
    assert board.get(address(world, "coding")).status_code in {403, 404}


def test_codes_are_masked_until_settled_and_words_follow_the_return(world: World) -> None:
    words, text = theme(world), chosen(world, percent=100)[0]
    coded(world, text, words)
    who = viewer(world, *MODERATOR)
    assert decide(who, "coding.see", text, FieldClass.OPINION).outcome is Outcome.MASK
    coded(world, text, words, *MODERATOR)
    assert decide(who, "coding.see", text, FieldClass.OPINION).outcome is Outcome.ALLOW


def sent_again(text: CodedText, **changed: str) -> ReturnVersion:
    read = ReturnVersion.objects.get(pk=text.version_id)
    ReturnVersion.objects.filter(pk=read.pk).update(is_latest=False)
    read.pk, read.number, read.is_latest = None, read.number + 1, True
    for item in _items(read.response["item"]):
        if item.get("linkId") in changed:
            item["answer"] = [{"valueString": changed[item["linkId"]]}]
    read.save()
    return read


def _items(items: list[dict]) -> list[dict]:  # type: ignore[type-arg]
    return [one for item in items for one in (item, *_items(item.get("item", [])))]


def test_codes_go_with_words_that_were_sent_in_again_unchanged(world: World) -> None:
    words, text = theme(world), chosen(world)[0]
    coded(world, text, words)
    newer = sent_again(text)
    assert matrix_for(viewer(world, *OFFICE), world.audit).cells == {}
    chosen(world)
    text.refresh_from_db()
    assert text.version_id == newer.pk
    assert matrix_for(viewer(world, *OFFICE), world.audit).cells
    other = sent_again(text, comment="Quite other words.")
    assert answers_of(other.response)[COMMENT] == "Quite other words."
    chosen(world)
    text.refresh_from_db()
    assert text.version_id == newer.pk
    fresh = CodedText.objects.get(version=other)
    assert fresh.first_done_at is None
    assert matrix_for(viewer(world, *OFFICE), world.audit).cells == {}
    page = world.client(*OFFICE).get(address(world, "coded_text", text.pk)).content.decode()
    assert "counts nowhere" in page
    with pytest.raises(NotAllowed):
        let_go(text=text, by=viewer(world, *OFFICE))


def test_an_old_round_keeps_the_words_it_was_coded_by(world: World) -> None:
    words, text = theme(world), chosen(world)[0]
    coded(world, text, words)
    newer = commands.change_words(
        audit=world.audit,
        words=words,
        to=Words("The child's voice", "What the child said or showed."),
        by=viewer(world, *OFFICE),
    )
    page = world.client(*OFFICE).get(address(world, "theme_passages", words.theme.code))
    assert "What the child said." in page.content.decode()
    assert newer.definition not in page.content.decode()
