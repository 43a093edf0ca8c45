"""What is learnt from codes, when it is suggested, to whom, and how it is measured."""

from __future__ import annotations

import random
import subprocess
import sys
from fractions import Fraction
from typing import Any

import pytest
from django.utils import timezone

from factories.world import World
from safehub.audit.coding import commands
from safehub.audit.coding.commands import dismiss_suggestion, take_suggestion
from safehub.audit.coding.leaving.commands import let_go
from safehub.audit.coding.models import (
    Code,
    CodedText,
    Dismissal,
    Learning,
    Suggestion,
    ThemeWords,
)
from safehub.audit.coding.queries import words_of_text
from safehub.audit.coding.rows import Words
from safehub.audit.coding.rules import sentences
from safehub.audit.coding.suggesting import rules
from safehub.audit.coding.suggesting.commands import learn_all
from safehub.audit.coding.suggesting.queries import _coded, _sentences, codes_given, material_of
from safehub.audit.coding.suggesting.rules import Sentence
from safehub.foundation.access.models import Label, Protection
from safehub.foundation.access.vocabulary import Role
from safehub.foundation.errors import Absent, NotAllowed, NotPossible
from safehub.foundation.outbox.jobs import chores
from safehub.foundation.trail.models import TrailEvent
from unit.returns.answering import Answerer

from .test_coding import (
    CHAIR,
    MODERATOR,
    OFFICE,
    _items,
    address,
    chosen,
    theme,
    viewer,
    world,
)

__all__ = ["world"]
HOME = Words("The home", "What the home is like.")
SPOKE = "She told us how she felt and what she wanted"
DAMP = "The flat was damp and there was no bed"
OTHER = "A meeting was held on Monday by the team"


# --- learning, on made up sentences -------------------------------------------------------------


def made_up(cases: int = 40, seed: int = 3) -> list[Sentence]:
    """Sentences of two themes and of none; one word in a case is only of that case."""
    drawn = random.Random(seed)
    found = []
    for case in range(cases):
        for said, given in ((SPOKE, "voice"), (DAMP, "home"), (OTHER, "")):
            words = said.split()
            kept = [one for one in words if drawn.random() < 0.7] or words
            # Some coders miss one, or see what nobody else would.
            if drawn.random() < 0.1:
                given = "" if given else "home"
            name = f"Zz{''.join(chr(97 + int(n)) for n in str(case))}"
            themes = frozenset({given} - {""})
            found.append(Sentence(case, f"{name} {' '.join(kept)}.", themes))
    return found


def test_the_measure_is_what_a_second_computation_comes_to() -> None:
    known = made_up()
    themes = rules.suggestible(known)
    assert themes == ["home", "voice"]
    suggested = rules.held_back(known, themes)
    found = rules.measured(known, themes, suggested)
    # Once more, case by case and without the product's counting.
    right = made = spoken = coded = 0
    for case in sorted({one.case for one in known}):
        held = [one for one in known if one.case == case]
        learnt = [one for one in known if rules.fold_of(one.case) != rules.fold_of(case)]
        assert case not in {one.case for one in learnt}
        for one, scores in zip(
            held, rules.learnt(learnt, themes)([one.text for one in held]), strict=True
        ):
            likely = [name for name, value in scores.items() if round(value, 6) >= 0.5]
            made += len(likely)
            right += len(set(likely) & one.themes)
            coded += bool(one.themes)
            spoken += bool(one.themes and likely)
    assert (found.every.suggested, found.every.right) == (made, right)
    assert (found.every.coded, found.every.spoken) == (coded, spoken)
    assert right / made > 0.7
    assert found.every.of_ten == int(Fraction(10 * right, made) + Fraction(1, 2))
    assert sum(one.suggested for one in found.themes.values()) == made
    from statsmodels.stats.proportion import proportion_confint

    low, high = proportion_confint(right, made, method="wilson")
    interval = found.every.interval
    assert interval is not None
    assert [float(one) for one in interval] == pytest.approx([100 * low, 100 * high], abs=0.051)


def test_the_same_codes_give_the_same_suggestions() -> None:
    known = made_up()
    texts = [SPOKE, DAMP, OTHER, "Quite other words", ""]
    score = rules.learnt(known, ["home", "voice"])(texts)
    assert score == rules.learnt(made_up(), ["home", "voice"])(texts)
    assert [rules.likely(one) for one in score[:3]] == [["voice"], ["home"], []]
    assert rules.most_likely(score)[:2] == [(0, "voice"), (1, "home")]


def test_a_word_of_one_case_weighs_nothing() -> None:
    known = made_up()
    assert not [one for one in rules.vocabulary(known) if "zz" in one]
    assert "told" in rules.vocabulary(known)
    terms = rules.terms("On 3 May A. saw Émile")
    assert terms == ["on", "may", "saw", "émile", "on may", "may saw", "saw émile"]


def test_what_came_from_a_suggestion_is_neither_right_nor_wrong() -> None:
    known = [
        Sentence(1, "a", frozenset({"home"})),
        Sentence(2, "b", frozenset(), frozenset({"home"})),
    ]
    found = rules.measured(known, ["home"], [["home"], ["home"]]).every
    assert (found.suggested, found.right, found.coded, found.spoken) == (1, 1, 1, 1)
    # Nor is it learnt from: with it the theme would be given as often as not.
    clear = made_up()
    muddled = [
        *clear,
        *(Sentence(one.case, OTHER, frozenset(), frozenset({"voice"})) for one in clear),
    ]
    assert rules.likely(rules.learnt(muddled, ["voice"])([OTHER])[0]) == []


def test_a_theme_of_few_sentences_or_few_cases_is_not_suggested() -> None:
    few = [Sentence(at, SPOKE, frozenset({"voice"})) for at in range(rules.SENTENCES_A_THEME - 1)]
    assert rules.suggestible(few) == []
    assert rules.suggestible([*few, few[0]]) == ["voice"]
    one_case = [Sentence(1, SPOKE, frozenset({"voice"}))] * 100
    assert rules.suggestible(one_case) == []


# --- with the records ----------------------------------------------------------------------------


def says(text: CodedText, words: str) -> None:
    for item in _items(text.version.response["item"]):
        if item.get("linkId") == text.column:
            item["answer"] = [{"valueString": words}]
    text.version.save()


class Coded:
    """The world with 200 codes in it that one person gave, and a text of CSC that waits."""

    def __init__(self, world: World, percent: int = 0) -> None:
        self.world = world
        Label.objects.all().delete()  # The world's own is on the audit.
        self.voice, self.home = theme(world), theme(world, HOME)
        self.waiting = chosen(world, percent)[0]
        says(self.waiting, f"{SPOKE}. {OTHER}. {DAMP}.")
        others = CodedText.objects.exclude(pk=self.waiting.pk).order_by("pk")
        self.others = list(others.select_related("version", "audit_return"))
        times = -(-rules.WANTED // (2 * len(self.others)))
        person = world.member(*MODERATOR).person
        codes = []
        for text in self.others:
            says(text, " ".join([f"{SPOKE}.", f"{DAMP}.", f"{OTHER}."] * times))
            text.first_by, text.first_done_at = person, timezone.now()
            text.wants_second = False
            text.save()
            for at, (start, end) in enumerate(sentences(words_of_text(text))):
                given = (self.voice, self.home, None)[at % 3]
                if given is not None:
                    codes.append(self.code(text, start, end, given))
        assert len(codes) >= rules.WANTED
        Code.objects.bulk_create(codes[: rules.WANTED])

    def code(self, text: CodedText, start: int, end: int, words: ThemeWords) -> Code:
        return Code(
            text=text,
            coding=1,
            start=start,
            end=end,
            words=words,
            polarity="worried_about",
            coded_at=timezone.now(),
        )

    def count(self) -> int:
        return codes_given(self.world.audit.partnership_id)


@pytest.fixture
def coded(world: World) -> Coded:
    return Coded(world)


def spot(one: Suggestion) -> dict[str, Any]:
    words = ThemeWords.objects.get(theme=one.theme, is_current=True)
    return {"start": one.start, "end": one.end, "words": words}


def test_199_codes_suggest_nothing_and_200_do(coded: Coded) -> None:
    page = address(coded.world, "suggestions")
    mo = coded.world.client(*MODERATOR)
    last = Code.objects.latest("pk")
    last.delete()
    chores()["coding.learn"][1]()
    assert Learning.objects.get().codes == 199
    assert coded.count() == 199
    assert not Suggestion.objects.exists()
    assert "There are 199 codes" in mo.get(page).content.decode()
    assert "1 more" in mo.get(page).content.decode()
    last.save(force_insert=True)
    assert learn_all() == 1
    said = words_of_text(coded.waiting)
    found = Suggestion.objects.filter(text=coded.waiting)
    assert [(said[one.start : one.end], one.theme.code) for one in found] == [
        (f"{SPOKE}.", coded.voice.theme.code),
        (f"{DAMP}.", coded.home.theme.code),
    ]
    shown = mo.get(page).content.decode()
    assert "Of 10 suggestions, about 9 were what a person chose" in shown
    assert "Voice of the child" in shown
    # Nothing has changed: nothing is learnt, and what is there stays.
    keys = set(found.values_list("pk", flat=True))
    assert learn_all() == 0
    assert set(found.values_list("pk", flat=True)) == keys
    assert Code.objects.count() == 200
    # A code fewer, and they are gone.
    last.delete()
    learn_all()
    assert not Suggestion.objects.exists()
    assert "There are 199 codes" in mo.get(page).content.decode()


def test_only_what_people_gave_in_open_texts_is_learnt_from(coded: Coded) -> None:
    board = coded.world.audit.partnership_id
    one = coded.others[0]
    here = one.codes.count()
    assert coded.count() == 200
    whole = len(list(_sentences(_coded(board))))

    def counts(expected: int) -> bool:
        return coded.count() == expected and material_of(board).codes == expected

    for changed, back in (
        ({"wants_second": True}, {"wants_second": False}),
        ({"first_by": None}, {"first_by": one.first_by}),
        ({"first_done_at": None}, {"first_done_at": one.first_done_at}),
    ):
        CodedText.objects.filter(pk=one.pk).update(**changed)
        assert counts(200 - here), changed
        CodedText.objects.filter(pk=one.pk).update(**back)
    one.codes.update(is_suggested=True)
    assert counts(200 - here)
    assert not material_of(board).sentences, "nothing is read while there are too few"
    told = list(_sentences(_coded(board)))
    assert len([one for one in told if one.unclear]) == here
    assert len(told) == whole
    one.codes.update(is_suggested=False)
    # What anybody guards or labels is left out whole, whatever holds it.
    case = one.audit_return.case_id
    of_case = Code.objects.filter(text__audit_return__case=case).count()
    Protection.objects.create(
        kind="sampling.case",
        key=case,
        sensitivity="restricted",
        reason="A colleague's child.",
        set_at=timezone.now(),
    )
    assert counts(200 - of_case)
    Protection.objects.all().delete()
    Label.objects.create(
        kind="returns.return",
        key=one.audit_return_id,
        reason="It is another's.",
        purpose="audit",
        set_at=timezone.now(),
    )
    assert counts(200 - here)


def test_a_coder_takes_and_dismisses_on_the_page(coded: Coded) -> None:
    learn_all()
    first, second = Suggestion.objects.filter(text=coded.waiting)
    name = f"suggested-{first.start}-{first.end}-{first.theme.code}"
    other = f"suggested-{second.start}-{second.end}-{second.theme.code}"
    edie = Answerer(coded.world.client(*OFFICE))
    edie.open(address(coded.world, "code_text", coded.waiting.pk))
    assert "Suggested: Voice of the child" in edie.page
    assert "Suggested: The home" in edie.page
    assert not coded.waiting.codes.exists()
    edie.send(**{name: "working_well", "then": "more"})
    made = coded.waiting.codes.get()
    assert (made.start, made.end, made.words) == (first.start, first.end, coded.voice)
    assert (made.polarity, made.is_suggested) == ("working_well", True)
    assert "Suggested: Voice of the child" not in edie.page
    edie.open(address(coded.world, "code_text", coded.waiting.pk))
    edie.send(**{other: "dismiss", "then": "more"})
    assert "Suggested:" not in edie.page
    assert Dismissal.objects.get().person == coded.world.member(*OFFICE).person
    events = TrailEvent.objects.filter(event__startswith="coding.suggestion")
    assert set(events.values_list("event", flat=True)) == {
        "coding.suggestion_taken",
        "coding.suggestion_dismissed",
    }
    assert set(events.values_list("person", flat=True)) == {coded.world.member(*OFFICE).person_id}
    # Another coder is shown what only the first dismissed.
    let_go(text=coded.waiting, by=viewer(coded.world, *OFFICE))
    page = coded.world.client(*MODERATOR).get(address(coded.world, "code_text", coded.waiting.pk))
    assert "Suggested: The home" in page.content.decode()
    page = coded.world.client(*OFFICE).get(address(coded.world, "code_text", coded.waiting.pk))
    assert "Suggested: The home" not in page.content.decode()
    edie.open(address(coded.world, "code_text", coded.waiting.pk))
    edie.send(**{name: "worried_about", "then": "done"})
    assert not Suggestion.objects.filter(text=coded.waiting).exists()
    assert not Dismissal.objects.exists()
    page = coded.world.client(*OFFICE).get(address(coded.world, "coded_text", coded.waiting.pk))
    assert "First, taken from a suggestion" in page.content.decode()
    assert coded.count() == 200


def test_a_suggestion_that_nobody_takes_is_no_code(coded: Coded) -> None:
    learn_all()
    edie = Answerer(coded.world.client(*OFFICE))
    edie.open(address(coded.world, "code_text", coded.waiting.pk))
    edie.send(then="done")
    assert not coded.waiting.codes.exists()
    assert not Code.objects.filter(is_suggested=True).exists()
    assert not Suggestion.objects.exists()


def test_two_presses_are_one_code_and_two_people_do_not_mix(coded: Coded) -> None:
    learn_all()
    first = Suggestion.objects.filter(text=coded.waiting)[0]
    by = viewer(coded.world, *OFFICE)
    for way in ("working_well", "worried_about"):
        take_suggestion(text=coded.waiting, polarity=way, by=by, **spot(first))
    assert coded.waiting.codes.get().polarity == "working_well"
    place: dict[str, Any] = {"start": first.start, "end": first.end, "theme": first.theme}
    for _ in range(2):
        dismiss_suggestion(text=coded.waiting, by=by, **place)
    assert Dismissal.objects.count() == 1
    mo = viewer(coded.world, *MODERATOR)
    with pytest.raises(NotPossible, match="Somebody else"):
        take_suggestion(text=coded.waiting, polarity="working_well", by=mo, **spot(first))
    with pytest.raises(NotPossible, match="Somebody else"):
        dismiss_suggestion(text=coded.waiting, by=mo, **place)
    # A text that somebody codes keeps its suggestions while others are learnt anew.
    Code.objects.latest("pk").delete()
    learn_all()
    assert Suggestion.objects.filter(pk=first.pk).exists()
    with pytest.raises(NotPossible, match="not suggested any more"):
        dismiss_suggestion(text=coded.waiting, by=by, **{**place, "end": first.end + 1})
    with pytest.raises(NotPossible, match="which way"):
        take_suggestion(text=coded.waiting, polarity="splendid", by=by, **spot(first))


def test_a_theme_that_was_retired_or_worded_anew_is_not_given_as_it_was(coded: Coded) -> None:
    learn_all()
    first = Suggestion.objects.filter(text=coded.waiting)[0]
    by, said = viewer(coded.world, *OFFICE), spot(first)
    audit = coded.world.audit
    newer = commands.change_words(audit=audit, words=coded.voice, to=Words("V", "Other."), by=by)
    with pytest.raises(NotPossible, match="in use"):
        take_suggestion(text=coded.waiting, polarity="working_well", by=by, **said)
    commands.retire_theme(audit=audit, theme=newer.theme, by=by)
    page = coded.world.client(*OFFICE).get(address(coded.world, "code_text", coded.waiting.pk))
    assert "Suggested: V" not in page.content.decode()
    assert "Suggested: The home" in page.content.decode()


@pytest.mark.parametrize(
    "who", [CHAIR, (Role.AGENCY_AUDITOR, "CSC"), (Role.AUDIT_MODERATOR, "POLICE")]
)
def test_nobody_else_takes_one_or_sees_how_good_they_are(
    coded: Coded, who: tuple[Role, str]
) -> None:
    learn_all()
    coded.world.member(*who)
    first = Suggestion.objects.filter(text=coded.waiting)[0]
    by = viewer(coded.world, *who)
    with pytest.raises((Absent, NotAllowed)):
        take_suggestion(text=coded.waiting, polarity="working_well", by=by, **spot(first))
    with pytest.raises((Absent, NotAllowed)):
        dismiss_suggestion(
            text=coded.waiting, start=first.start, end=first.end, theme=first.theme, by=by
        )
    assert not coded.waiting.codes.exists()
    page = coded.world.client(*who).get(address(coded.world, "suggestions"))
    assert page.status_code in {403, 404}


def test_a_second_coder_is_suggested_nothing(world: World) -> None:
    coded = Coded(world, percent=100)
    learn_all()
    first = Suggestion.objects.filter(text=coded.waiting)[0]
    by, mo = viewer(world, *OFFICE), viewer(world, *MODERATOR)
    take_suggestion(text=coded.waiting, polarity="working_well", by=by, **spot(first))
    commands.finish_coding(text=coded.waiting, by=by)
    # Not even where one had been left there.
    Suggestion.objects.create(
        text=coded.waiting, theme=first.theme, start=first.start, end=first.end
    )
    learn_all()
    page = world.client(*MODERATOR).get(address(world, "code_text", coded.waiting.pk))
    assert "a second time" in page.content.decode()
    assert "Suggested:" not in page.content.decode()
    with pytest.raises(NotPossible, match="without suggestions"):
        take_suggestion(text=coded.waiting, polarity="working_well", by=mo, **spot(first))
    with pytest.raises(NotPossible, match="without suggestions"):
        dismiss_suggestion(
            text=coded.waiting, start=first.start, end=first.end, theme=first.theme, by=mo
        )


def test_no_word_of_a_text_is_kept_of_what_is_learnt(coded: Coded) -> None:
    learn_all()
    kept = str(list(Learning.objects.values())) + str(list(Suggestion.objects.values()))
    kept += str(list(TrailEvent.objects.filter(event="coding.learnt").values()))
    assert Learning.objects.get().measured["every"]["suggested"] > 0
    for word in {*SPOKE.split(), *DAMP.split()} - {"and", "a", "on"}:
        assert f"'{word.lower()}'" not in kept.lower()
        assert len(word) < 4 or f" {word.lower()} " not in kept.lower()


def test_without_the_library_the_page_says_so_and_texts_are_coded(
    coded: Coded, monkeypatch: pytest.MonkeyPatch
) -> None:
    learn_all()
    monkeypatch.setattr(rules, "find_spec", lambda name: None)
    Code.objects.latest("pk").delete()
    assert learn_all() == 0
    mo = coded.world.client(*MODERATOR)
    page = mo.get(address(coded.world, "suggestions")).content.decode()
    assert "not installed here" in page
    assert "requirements/suggestions.txt" in page
    page = mo.get(address(coded.world, "code_text", coded.waiting.pk)).content.decode()
    assert "Suggested:" not in page
    assert "Which sentences?" in page


def test_the_library_is_loaded_only_to_learn() -> None:
    loaded = (
        "import django, sys; django.setup();"
        "from django.urls import get_resolver; get_resolver().url_patterns;"
        "sys.exit('sklearn' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", loaded], check=False).returncode == 0
