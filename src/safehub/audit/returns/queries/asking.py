"""What the grid of a round asks the database, all of it through what the viewer may see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, Max, OuterRef, QuerySet

from safehub.audit.programmes.models import Participant
from safehub.audit.returns.grid import CASES_A_PAGE
from safehub.audit.returns.models import (
    Return,
    ReturnStatus,
    ReturnVersion,
    WorkingReturn,
)
from safehub.audit.sampling.queries import cases_drawn
from safehub.foundation.access.decision import visible_to
from safehub.foundation.access.queries import rows_visible
from safehub.foundation.access.queries.kept import Rows
from safehub.foundation.access.viewer import Viewer

# No case has this key.
_NONE = 0
_COUNTED = (
    "SELECT participant__code, of_case, COUNT(*) FROM ({}) AS found "
    "GROUP BY participant__code, of_case"
)


@dataclass(frozen=True)
class Asking:
    """The questions of one viewer about one audit, by its key. Each is one query."""

    viewer: Viewer
    audit: int

    def cases(self) -> list[tuple[int, str, int | None]]:
        """The cases that have a number, by it: key, number, and its place if withdrawn."""

        def make(given: Sequence[int]) -> Rows:
            seen = visible_to(self.viewer, "case.see", cases_drawn(given[0]))
            numbered = seen.filter(number__isnull=False).order_by("number")
            return numbered.values_list("pk", "number", "withdrawal_position")

        return rows_visible(self.viewer, ("case.see",), "grid.cases", make, [self.audit])

    def agencies(self) -> list[tuple[str, str, int | None]]:
        """Who takes part, in its order: code, name and the key of the agency."""

        def make(given: Sequence[int]) -> Rows:
            found = Participant.objects.filter(audit=given[0])
            return found.values_list("code", "name", "agency_id")

        return rows_visible(self.viewer, (), "grid.agencies", make, [self.audit])

    def returns(self, cases: Sequence[int]) -> list[tuple[int, int, str, str, str, str | None]]:
        """The returns on at most a page of cases, in the order in which they came.

        Each as key, case, the agency's code, status, what is known and its sign-off's outcome.
        """

        def make(given: Sequence[int]) -> Rows:
            return (
                self._seen(given[0])
                .filter(case__in=given[1:])
                .values_list(
                    *("pk", "case_id", "participant__code"),
                    *("versions__status", "versions__known", "versions__sign_off__outcome"),
                )
            )

        given = [self.audit, *_whole_page(cases)]
        return rows_visible(self.viewer, ("return.see",), "grid.returns", make, given)

    def settled(self) -> dict[str, dict[int, int]]:
        """How many cases each agency's returns settle in which way (grid.Settled), by its code.

        A withdrawn case counts in none. Returns hang on the cases of the last draw alone, and what
        guards a case guards its returns. What the viewer may not see settles nothing for them.
        """

        def make(given: Sequence[int]) -> Rows:
            returns = Return.objects.filter(
                participant__audit=given[0], case__withdrawal_position=None
            )
            return (
                visible_to(self.viewer, "return.see", returns)
                .order_by()
                .values("participant__code", "case")
                .annotate(of_case=Max("settled"))
                .values_list("participant__code", "of_case")
            )

        found: dict[str, dict[int, int]] = {}
        for code, settled, count in rows_visible(
            self.viewer, ("return.see",), "grid.settled", make, [self.audit], around=_COUNTED
        ):
            found.setdefault(code, {})[settled] = count
        return found

    def begun(self, cases: Sequence[int]) -> set[tuple[int, str]]:
        """Of at most a page of cases and each agency's code, where something is begun."""

        def make(given: Sequence[int]) -> Rows:
            begun = self._begun(given[0]).filter(case__in=given[1:])
            return begun.values_list("case_id", "participant__code")

        given = [self.audit, *_whole_page(cases)]
        rows = rows_visible(self.viewer, ("return.see_begun",), "grid.begun", make, given)
        return {(case, code) for case, code in rows}

    def drafts(self) -> dict[str, int]:
        """On how many cases that are not withdrawn each agency has begun, by its code."""

        def make(given: Sequence[int]) -> Rows:
            return (
                self._begun(given[0])
                .filter(case__withdrawal_position=None)
                .values_list("participant__code")
                .annotate(Count("case", distinct=True))
            )

        return dict(
            rows_visible(self.viewer, ("return.see_begun",), "grid.drafts", make, [self.audit])
        )

    def _seen(self, audit: int) -> QuerySet[Return]:
        returns = Return.objects.filter(participant__audit=audit)
        seen = visible_to(self.viewer, "return.see", returns)
        return seen.filter(versions__is_latest=True)

    def _begun(self, audit: int) -> QuerySet[WorkingReturn]:
        """What is being answered on cases on which the same agency has submitted nothing."""
        sent = ReturnVersion.objects.filter(
            audit_return__participant=OuterRef("participant"),
            audit_return__case=OuterRef("case"),
            is_latest=True,
            status=ReturnStatus.SUBMITTED,
        )
        working = WorkingReturn.objects.filter(~Exists(sent), participant__audit=audit)
        return visible_to(self.viewer, "return.see_begun", working).order_by()


def _whole_page(cases: Sequence[int]) -> list[int]:
    """Always as many keys, so that the question is the same for the last page."""
    return [*cases, *[_NONE] * (CASES_A_PAGE - len(cases))]
