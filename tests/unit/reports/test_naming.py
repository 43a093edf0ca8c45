"""Which columns of a frame are looked for in what is about to be published."""

from __future__ import annotations

from safehub.audit.reports.publishing.naming import found_words
from safehub.audit.sampling.naming import sought

COLUMNS = ["referred_on", "whose", "where", "area"]
PEOPLE = [("1", {"whose": "Wren Osier", "where": "4 Teasel Close", "area": "North"})]


def test_a_column_that_the_office_named_is_looked_for_whatever_its_heading() -> None:
    plain = sought(COLUMNS, PEOPLE)
    assert plain.not_looked_in == ("whose", "where", "area")
    said = sought(COLUMNS, PEOPLE, {"name": "whose", "address": "where"})
    assert said.looked_in == ("referred_on", "whose", "where")
    assert said.not_looked_in == ("area",)
    texts = ["Wren lives at 4 Teasel Close.", "In the North nobody asked."]
    assert not found_words(texts, plain.protected)
    found = {(one.kind.value, one.word) for one in found_words(texts, said.protected)}
    assert ("address", "4 Teasel Close") in found
    assert ("name", "Wren") in found
