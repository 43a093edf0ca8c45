"""The one way in which a person is looked up: candidates by their keys, seen, then compared."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from django.conf import settings

from safehub.foundation.access.decision import classes_of, classes_shown, open_record
from safehub.foundation.access.facts import Channel, Context, Facts
from safehub.foundation.access.queries import facts_of, set_apart, visible_to
from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import FieldClass
from safehub.foundation.errors import Absent
from safehub.matching.model import Model, read_model, shipped_model
from safehub.matching.records import Compared
from safehub.matching.scoring import Score, score
from safehub.register.people.faces import faces_of, keys_of, sound_alike, turned
from safehub.register.people.models import Individual
from safehub.register.people.queries import compared_parts, individuals, with_keys
from safehub.register.people.states import Band, Outcome

SEE = "individual.see"
# Looks, in the worker, whether what was typed or recorded is like anybody who is sealed.
HIDDEN_JOB = "people.tell_of_hidden"
# More than anybody reads, and enough that the person is among them.
MOST_SHOWN = 20
# So many may share a key, such as a common name, before the rest are not looked at.
MOST_CANDIDATES = 2_000
# In bits. Below it a candidate is told only where both names sound alike: others who share
# nothing but a day of birth are none of the searcher's business.
LEAST_WEIGHT = -8.0
_SEARCH = Context(channel=Channel.SEARCH)


@dataclass(frozen=True)
class Candidate:
    """Somebody who may be the person: how likely, and by which of their faces."""

    individual: Individual
    score: Score
    face: Compared

    @property
    def pk(self) -> int:
        """The key of the person."""
        return self.individual.pk

    @property
    def band(self) -> Band:
        """By the settings."""
        probability = self.score.probability
        if probability >= settings.SAFEHUB_MATCH_FROM:
            return Band.MATCH
        return Band.POSSIBLE if probability >= settings.SAFEHUB_POSSIBLE_FROM else Band.LOW

    @property
    def is_likely(self) -> bool:
        """Whether somebody who records a new person must say that this is somebody else."""
        return self.band != Band.LOW


@cache
def weights() -> Model:
    """Those that the installation has learnt from its own register, else those that come with it.

    Raises Misconfigured where the setting names no model.
    """
    path = settings.SAFEHUB_MATCH_MODEL
    return read_model(path) if path else shipped_model()


def candidates_for(viewer: Viewer, sought: Compared) -> list[Candidate]:
    """Whoever may be the person sought, the likeliest first, at most 20.

    Whom the viewer may not see, or not the identity of, is left out before anything is compared:
    neither number nor order tells of them. Seven queries.
    """
    shown = visible_to(viewer, SEE, with_keys(keys_of([sought])))[:MOST_CANDIDATES]
    found = list(shown.prefetch_related(*compared_parts()))
    facts = facts_of(viewer, "people.individual", [one.pk for one in found]) if found else {}
    seen = [one for one in found if _shows_identity(viewer, facts.get(one.pk))]
    scored = [candidate for one in seen if (candidate := _best(one, sought)) is not None]
    return sorted(scored, key=lambda one: (-one.score.weight, one.pk))[:MOST_SHOWN]


def _shows_identity(viewer: Viewer, facts: Facts | None) -> bool:
    return facts is not None and FieldClass.IDENTITY in classes_shown(viewer, SEE, facts, _SEARCH)


def _best(one: Individual, sought: Compared) -> Candidate | None:
    """By the face that is most like what is sought; None where none is like enough to tell."""
    faces = faces_of(one, one.names.all(), one.identifiers.all(), one.addresses.all())
    scores = [
        (score(weights(), mine, theirs), theirs)
        for mine in turned(sought)
        for face in faces
        for theirs in turned(face)
    ]
    if not scores:
        return None
    best, face = max(scores, key=lambda pair: pair[0].weight)
    alike = best.weight >= LEAST_WEIGHT or any(sound_alike(sought, other) for other in faces)
    return Candidate(one, best, face) if alike else None


def compared_people(viewer: Viewer, left: int, right: int) -> Score:
    """What speaks for two people being one, by the faces that are most alike.

    Raises Absent where the viewer may not see both, with who they are. Twelve queries.
    """
    mine, theirs = (_opened_faces(viewer, key) for key in (left, right))
    return max((_score(one, other) for one in mine for other in theirs), key=lambda s: s.weight)


def _opened_faces(viewer: Viewer, key: int) -> list[Compared]:
    one = open_record(viewer, SEE, individuals().prefetch_related(*compared_parts()), pk=key)
    if FieldClass.IDENTITY not in classes_of(viewer, SEE, one, _SEARCH):
        raise Absent("There is nothing here that you may see.")
    faces = faces_of(one, one.names.all(), one.identifiers.all(), one.addresses.all())
    return [each for face in faces for each in turned(face)]


def _score(one: Compared, other: Compared) -> Score:
    return score(weights(), one, other)


def outcome_of(candidates: list[Candidate]) -> Outcome:
    """What the look-up came to."""
    matches = [one for one in candidates if one.band == Band.MATCH]
    if matches:
        return Outcome.MANY if len(matches) > 1 else Outcome.MATCH
    if any(one.band == Band.POSSIBLE for one in candidates):
        return Outcome.POSSIBLE
    return Outcome.LOW if candidates else Outcome.NONE


def hidden_likenesses(viewer: Viewer, sought: Compared) -> list[Individual]:
    """People of the viewer's partnership who are likely the one sought, and sealed from the viewer.

    For the worker alone, which alerts their guardians. Six queries.
    """
    every = with_keys(keys_of([sought])).filter(
        set_apart("people.individual"), partnership=viewer.partnership
    )
    found = list(every.prefetch_related(*compared_parts())[:MOST_CANDIDATES])
    facts = facts_of(viewer, "people.individual", [one.pk for one in found]) if found else {}
    sealed = [one for one in found if one.pk in facts and facts[one.pk].is_sealed_itself]
    return [
        one
        for one in sealed
        if (candidate := _best(one, sought)) is not None and candidate.is_likely
    ]
