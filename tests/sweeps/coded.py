"""The routes of coding and of the code book, and what each is fed with."""

from __future__ import annotations

from typing import Any

from factories.world import World
from safehub.audit.coding.models import Code, CodedText, CodeTheme, TextChoice, ThemeWords
from safehub.audit.returns.models import Return
from safehub.instruments.queries import tool_of
from safehub.instruments.responses import answers_of
from safehub.instruments.tools import QuestionType

from .fed import Fed
from .ways import READS, WRITES, Way


def _audit(world: World) -> dict[str, Any]:
    return {"reference": world.audit.reference}


def a_theme(world: World) -> ThemeWords:
    """A theme of the code book, in use."""
    found = ThemeWords.objects.filter(theme__code="voice").first()
    if found is not None:
        return found
    now = world.audit.commissioned_at
    theme = CodeTheme.objects.create(
        partnership=world.audit.partnership, code="voice", added_at=now
    )
    return ThemeWords.objects.create(
        theme=theme,
        edition=1,
        name="Voice of the child",
        definition="What the child said, or how they showed it.",
        use_when="The child's own words or behaviour are told.",
        not_when="Others say what the child needs.",
        examples="“She said that she is afraid of the stairs.”",
        written_at=now,
    )


def a_text(world: World) -> CodedText:
    """Of CSC; nobody has coded it. One of another agency is coded once, and speaks of the theme."""
    found = CodedText.objects.filter(first_done_at=None).first()
    if found is not None:
        return found
    now = world.audit.commissioned_at
    choice = TextChoice.objects.create(
        audit=world.audit,
        number=1,
        questions=["story"],
        share=10,
        seed="7",
        of=2,
        chosen_at=now,
    )
    returns = Return.objects.filter(
        participant__audit=world.audit,
        versions__status="submitted",
        versions__known="yes",
        versions__is_latest=True,
    )
    texts = [
        (made, column)
        for made in returns.exclude(pk=world.waiting.glass.key).select_related("participant")
        for column in _columns(made)
    ]
    own = next(one for one in texts if one[0].participant.code == "CSC")
    coded = _text(choice, *next(one for one in texts if one[0].participant.code != "CSC"))
    coded.first_done_at = now
    coded.save()
    Code.objects.create(
        text=coded,
        coding=1,
        start=0,
        end=3,
        words=a_theme(world),
        polarity="worried_about",
        coded_at=now,
    )
    return _text(choice, *own)


def _columns(made: Return) -> list[str]:
    """The columns of the return that are answered in words."""
    version = made.versions.get(is_latest=True)
    answers = answers_of(version.response)
    return [
        one.name
        for one in tool_of(version.tool_version).questions
        if one.type is QuestionType.TEXT and one.name in answers
    ]


def _text(choice: TextChoice, made: Return, column: str) -> CodedText:
    version = made.versions.get(is_latest=True)
    return CodedText.objects.create(
        choice=choice, audit_return=made, version=version, column=column
    )


def _everything(world: World) -> dict[str, Any]:
    a_text(world)
    return _audit(world)


def on_text(action: str, way: Way = READS) -> Fed:
    return Fed(
        lambda world: {**_audit(world), "key": a_text(world).pk},
        lambda world: [(action, a_text(world))],
        way=way,
    )


def on_book(action: str, way: Way = READS, *, themed: bool = False) -> Fed:
    def arguments(world: World) -> dict[str, Any]:
        code = a_theme(world).theme.code
        return {**_everything(world), "code": code} if themed else _everything(world)

    return Fed(arguments, lambda world: [(action, world.audit)], way=way)


CODED: dict[str, Fed] = {
    "audit:coding": on_book("audit.see_coding"),
    "audit:suggestions": on_book("audit.see_suggestions"),
    "audit:choose_texts": on_book("audit.choose_texts", WRITES),
    "audit:coded_text": on_text("coding.see"),
    "audit:code_text": on_text("coding.code", WRITES),
    "audit:let_go_text": on_text("coding.code", WRITES),
    "audit:theme_passages": on_book("audit.see_coding", themed=True),
    "audit:code_book": on_book("audit.see_coding"),
    "audit:add_theme": on_book("audit.write_code_book", WRITES),
    "audit:change_theme": on_book("audit.write_code_book", WRITES, themed=True),
    "audit:retire_theme": on_book("audit.write_code_book", WRITES, themed=True),
}
