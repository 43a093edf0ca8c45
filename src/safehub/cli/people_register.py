"""`safehub people find` and `explain`: looking people up in the register, as the pages do."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING

import click

from safehub.cli.acting import acting
from safehub.cli.telling import note, write_out

if TYPE_CHECKING:
    from safehub.foundation.access.viewer import Viewer
    from safehub.matching.records import Compared
    from safehub.register.people.looking import Candidate

_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON on standard output.")


@click.command(short_help="Look somebody up in the register.")
@click.argument("name", nargs=-1)
@click.option(
    "--born", type=click.DateTime(["%Y-%m-%d"]), metavar="DAY", help="Date of birth, YYYY-MM-DD."
)
@click.option("--postcode", default="", help="A whole postcode, or its first half.")
@click.option("--nhs", "nhs_number", default="", help="NHS number.")
@_JSON
def find(
    name: tuple[str, ...],
    born: dt.datetime | None,
    postcode: str,
    nhs_number: str,
    as_json: bool,
) -> None:
    """Show whoever in the register may be the person called NAME, the likeliest first.

    The last word of NAME is the family name; put several in quotes. What is shown is what the pages
    show whoever acts: nobody who is sealed from them, and no protected address.

    \b
    Examples:
      safehub people find Ivy Moorhen --born 2019-05-14
      safehub --as una@example.org people find "Siskin Lark" --postcode "FW3 6QR" --json
    """
    from safehub.config.starting import start

    start()
    from safehub.register.people.looking import candidates_for, outcome_of

    by = acting()
    found = candidates_for(by, _sought(by, name, born, postcode, nhs_number))
    _noted(by, found)
    if as_json:
        told = {"outcome": outcome_of(found).value, "people": [_as_data(one) for one in found]}
        write_out(json.dumps(told, ensure_ascii=False, indent=2) + "\n")
        return
    write_out("".join(f"{_as_line(one)}\n" for one in found))
    note(outcome_of(found).label)


def _sought(
    by: Viewer,
    name: tuple[str, ...],
    born: dt.datetime | None,
    postcode: str,
    nhs_number: str,
) -> Compared:
    """What is sought. Of somebody with a membership it is kept as of a page, so that guardians of
    whoever is sealed from them are told; the local operator has none."""
    from safehub.foundation.access.decision import check
    from safehub.foundation.errors import NotPossible
    from safehub.register.people.faces import face_sought, keys_of
    from safehub.register.people.looks.commands import TOO_LITTLE, look_up
    from safehub.register.people.models import LookUp

    check(by, "individual.search")
    *given, family = name or ("",)
    typed = {
        "given_names": " ".join(given),
        "family_name": family,
        "born_on": born.date() if born else None,
        "postcode": postcode,
        "nhs_number": nhs_number,
    }
    if by.membership is not None:
        return face_sought(look_up(by=by, **typed))  # type: ignore[arg-type]
    sought = face_sought(LookUp(**typed))
    if not keys_of([sought]):
        raise NotPossible(TOO_LITTLE)
    return sought


def _noted(by: Viewer, found: list[Candidate]) -> None:
    from safehub.foundation.access.decision import noted_list

    noted_list(by, "individual.see", found)


def _as_line(one: Candidate) -> str:
    from safehub.register.people.presenters import why_in_words
    from safehub.register.people.telling import birth_in_words, called

    name = called(list(one.individual.names.all()))
    return (
        f"{one.pk}  {name}, {birth_in_words(one.individual)}: {one.band.label.lower()}. "
        f"{why_in_words(one)}."
    )


def _as_data(one: Candidate) -> dict[str, object]:
    from safehub.register.people.presenters import where_now
    from safehub.register.people.telling import birth_in_words, called

    return {
        "key": one.pk,
        "name": called(list(one.individual.names.all())),
        "born": birth_in_words(one.individual),
        "lives": where_now(one.individual),
        "band": one.band.value,
        "weight": round(one.score.weight, 3),
        "probability": round(one.score.probability, 6),
        "why": [
            {"comparison": step.comparison, "words": step.words, "weight": round(step.weight, 3)}
            for step in one.score.steps
        ],
    }


@click.command(short_help="Say why two people may be one.")
@click.argument("left", metavar="A", type=int)
@click.argument("right", metavar="B", type=int)
@_JSON
def explain(left: int, right: int, as_json: bool) -> None:
    """Say what speaks for A and B of the register being one person, and what against.

    A and B are their numbers, as `people find` shows them. Each line has a weight in bits, the log2
    of how much likelier that is of one person than of two; they add up to the last. It is evidence
    and no decision.

    \b
    Examples:
      safehub people explain 12 31
      safehub people explain 12 31 --json
    """
    from safehub.config.starting import start

    start()
    from safehub.register.people.looking import compared_people

    score = compared_people(acting(), left, right)
    if as_json:
        steps = [{"words": one.words, "weight": round(one.weight, 3)} for one in score.steps]
        told = {"steps": steps, "weight": score.weight, "probability": score.probability}
        write_out(json.dumps(told, ensure_ascii=False, indent=2) + "\n")
        return
    write_out("".join(f"{one.weight:+8.2f}  {one.words}\n" for one in score.steps))
    write_out(f"{score.weight:+8.2f}  in all, a probability of {score.probability:.4f}\n")
