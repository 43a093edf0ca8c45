"""The board's report as a document tree: every section, table and chart of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from safehub.audit.programmes.terms import Kind, Statement
from safehub.audit.reports import glance, method_section, tables
from safehub.audit.reports.coded import coding_blocks
from safehub.audit.reports.comparison import Compared
from safehub.audit.reports.material import Material
from safehub.audit.reports.moderated import moderation_blocks
from safehub.audit.reports.withholding import Withholding
from safehub.audit.reports.wording import Marks, day, listed, plural
from safehub.foundation.documents import charts
from safehub.foundation.documents.tree import (
    Block,
    Bullets,
    Document,
    Heading,
    Labelled,
    Notice,
    Paragraph,
    Picture,
    Table,
)

KIND_WORDS = {
    Kind.ROUTINE: "Routine multi-agency case audit",
    Kind.THEMED: "Themed multi-agency case audit",
    Kind.EXTRAORDINARY: "Extraordinary multi-agency case audit",
    Kind.RAPID: "Rapid multi-agency case audit",
}


def report_document(
    material: Material, compared: Sequence[Compared], withholding: Withholding
) -> Document:
    """The whole report."""
    terms = material.terms
    subtitle = f"{KIND_WORDS[terms.kind]} · {terms.board}"
    if terms.meeting_on:
        subtitle += f" · Meeting of {day(terms.meeting_on)}"
    report = _Report(material, compared, withholding)
    return Document(terms.title, subtitle, tuple(report.blocks()))


class _Report:
    """Writes the sections in their order."""

    def __init__(
        self, material: Material, compared: Sequence[Compared], withholding: Withholding
    ) -> None:
        self._material, self._compared = material, compared
        self._clean, self._clean_owner = withholding.clean, withholding.clean_owner
        self._marks = Marks(material.terms.invented)
        self._themes = {
            theme.code: (position, theme)
            for position, theme in enumerate(material.terms.themes, start=1)
        }

    def blocks(self) -> Iterator[Block]:
        if self._material.terms.invented:
            yield Notice(_INVENTED.format(what=listed(self._marks.words())))
        yield from glance.blocks(self._material, self._compared, self._marks)
        yield from self._background()
        yield from method_section.blocks(self._material, self._marks, self._clean)
        yield from self._findings()
        yield from self._by_agency(
            "4. What is working well",
            self._material.agreed.working_well,
            {s.agency: s.working_well for s in self._material.summaries},
        )
        yield from self._by_agency(
            "5. What are we worried about",
            self._material.agreed.worried_about,
            {s.agency: s.worried_about for s in self._material.summaries},
        )
        yield from self._gaps()
        yield from self._figures()
        yield from self._next_steps()
        yield from tables.appendix(self._material, self._compared, self._marks)

    def _background(self) -> Iterator[Block]:
        terms = self._material.terms
        yield Heading(1, "1. Background")
        yield Paragraph(self._commission())
        if terms.reason:
            yield Paragraph(self._clean(terms.reason))
        if terms.key_lines_of_enquiry:
            yield Paragraph("Key lines of enquiry:")
            yield Bullets(tuple(self._clean(line) for line in terms.key_lines_of_enquiry))
        yield Table(
            "Agencies that were asked to audit the cases known to them",
            ("Agency", "Code", "Kind", "Answered by"),
            tuple(
                (a.name, a.code, a.kind.replace("_", " "), a.respondent_unit or "the agency")
                for a in terms.agencies
            ),
        )
        overviews = [(s.agency, s.overview) for s in self._material.summaries if s.overview]
        if overviews:
            yield Heading(2, "What agencies say of their part")
            names = {agency.code: agency.name for agency in terms.agencies}
            for code, text in overviews:
                yield Heading(3, names[code])
                yield Paragraph(self._clean(text))

    def _commission(self) -> str:
        terms = self._material.terms
        names = {agency.code: agency.name for agency in terms.agencies}
        sentences = [
            f"This is the report of {_a(KIND_WORDS[terms.kind].lower())} for {terms.board}."
        ]
        if terms.commissioned_by:
            by = names.get(terms.commissioned_by) or self._clean_owner(terms.commissioned_by)
            on = f" on {day(terms.commissioned_on)}" if terms.commissioned_on else ""
            sentences.append(f"{by} commissioned it{on}.")
        if terms.programme:
            sentences.append(f"It belongs to: {self._clean(terms.programme)}.")
        if terms.owner:
            sentences.append(f"It is owned by the {self._clean_owner(terms.owner)}.")
        period = f"{day(terms.period_from)} to {day(terms.period_to)}"
        sentences.append(f"It looks at {plural(self._material.plan.unit)} from {period}.")
        return " ".join(sentences)

    def _findings(self) -> Iterator[Block]:
        yield Heading(1, "3. Findings")
        agreed = self._material.agreed
        if agreed.held_on:
            yield Paragraph(f"The agencies met on {day(agreed.held_on)}.")
        if not agreed.findings:
            yield Paragraph("No finding of the meeting is recorded.")
            return
        yield Table(
            "What the meeting found",
            ("Finding", "Theme", "Owner", "Seen before"),
            tuple(
                (
                    self._clean(finding.text),
                    self._theme_name(finding.theme),
                    self._clean_owner(finding.owner or ""),
                    "Yes" if finding.seen_before else "No",
                )
                for finding in agreed.findings
            ),
        )
        again = sum(finding.seen_before for finding in agreed.findings)
        yield Paragraph(
            f"{again} of {len(agreed.findings)} findings had been made before, in an earlier "
            "audit or review."
        )

    def _by_agency(
        self,
        heading: str,
        agreed: Sequence[Statement],
        by_agency: dict[str, tuple[Statement, ...]],
    ) -> Iterator[Block]:
        yield Heading(1, heading)
        if agreed:
            yield Heading(2, "The agencies together")
            yield Bullets(tuple(self._stated(one) for one in agreed))
        if any(by_agency.values()):
            yield Heading(2, "Agency by agency")
        for agency in self._material.terms.agencies:
            if said := by_agency.get(agency.code):
                yield Heading(3, agency.name)
                yield Bullets(tuple(self._stated(one) for one in said))
        if not agreed and not any(by_agency.values()):
            yield Paragraph("Nothing is recorded under this heading.")

    def _stated(self, statement: Statement) -> str:
        text = self._clean(statement.text)
        notes = [self._theme_name(statement.theme)] if statement.theme else []
        if statement.owner:
            notes.append(f"owner: {self._clean_owner(statement.owner)}")
        return f"{text} ({'; '.join(notes)})" if notes else text

    def _theme_name(self, code: str | None) -> str:
        return self._themes[code][1].name if code else ""

    def _gaps(self) -> Iterator[Block]:
        gaps = self._material.agreed.gaps
        yield Heading(1, "6. Gaps")
        if not gaps:
            yield Paragraph("No gap is recorded.")
            return
        yield Paragraph(
            f"The meeting agreed {len(gaps)} gap{'s' if len(gaps) != 1 else ''}. A gap is named "
            "by the number of its theme and a letter; a theme without gaps keeps its number."
        )
        yield from self._themes_chart()
        for code, (position, theme) in self._themes.items():
            line = " (key line of enquiry)" if theme.is_key_line_of_enquiry else ""
            yield Heading(2, f"{position} {theme.name}{line}")
            found = [gap for gap in gaps if gap.theme == code]
            if not found:
                yield Paragraph("No gap was agreed under this theme.")
                continue
            yield Labelled(
                tuple(
                    (
                        f"{position}{gap.letter}",
                        self._clean(gap.text)
                        + (f" (owner: {self._clean_owner(gap.owner)})" if gap.owner else ""),
                    )
                    for gap in sorted(found, key=lambda gap: (len(gap.letter), gap.letter))
                )
            )

    def _themes_chart(self) -> Iterator[Block]:
        agreed = self._material.agreed
        heard = [
            *agreed.findings,
            *agreed.worried_about,
            *(one for summary in self._material.summaries for one in summary.worried_about),
        ]
        rows = []
        for code, (_, theme) in self._themes.items():
            gaps = sum(gap.theme == code for gap in agreed.gaps)
            mentions = sum(one.theme == code for one in heard)
            rows.append((theme.name, gaps, mentions))
        drawn = charts.counts([charts.CountRow(name, gaps) for name, gaps, _ in rows])
        said = "; ".join(f"{name} {gaps}" for name, gaps, _ in rows)
        yield Picture("Gaps under each theme", f"A bar for each theme. Gaps: {said}.", drawn)
        yield Table(
            "Themes in gaps, and in findings and worries",
            ("Theme", "Gaps", "Findings and worries"),
            tuple((name, str(gaps), str(mentions)) for name, gaps, mentions in rows),
            numeric=frozenset({1, 2}),
            note="Findings and worries are those of the meeting and of the agencies' reports "
            "that name the theme.",
        )

    def _figures(self) -> Iterator[Block]:
        yield Heading(1, "7. Figures by agency")
        yield tables.counts_by_agency(self._material, self._marks)
        yield from tables.grades(self._material, self._marks)
        printed = tables.printed(self._material, self._marks)
        if printed:
            yield Heading(2, "Printed and derived figures")
            yield printed
        yield from tables.spread(self._material, self._marks)
        yield from moderation_blocks(self._material, self._marks)
        yield from coding_blocks(self._material, self._marks)
        yield from tables.comparison(self._material, self._compared)

    def _next_steps(self) -> Iterator[Block]:
        material = self._material
        yield Heading(1, "8. Next steps and actions")
        if material.agreed.next_steps:
            yield Heading(2, "Next steps")
            yield Labelled(
                tuple(
                    (chr(ord("a") + i) if i < 26 else str(i + 1), self._stated(step))
                    for i, step in enumerate(material.agreed.next_steps)
                )
            )
        yield from self._actions()
        agencies = {agency.code: agency.name for agency in material.terms.agencies}
        own = [(s.agency, s.actions) for s in material.summaries if s.actions]
        if own:
            yield Heading(2, "Actions that agencies set themselves")
        for code, actions in own:
            yield Heading(3, agencies[code])
            yield Bullets(tuple(self._stated(one) for one in actions))

    def _actions(self) -> Iterator[Block]:
        material = self._material
        yield Heading(2, "Actions on the gaps")
        names = {agency.code: agency.name for agency in material.terms.agencies}
        if material.actions:
            yield Table(
                "Actions",
                ("Gap", "Action", "Owner", "Due", "How we will know", "Status"),
                tuple(
                    (
                        self._heading_of(action.gap),
                        self._clean(action.text),
                        names[action.owner_agency],
                        day(action.due_on) if action.due_on else "No date",
                        self._clean(action.measure) or "Not said",
                        action.status.value.replace("_", " "),
                    )
                    for action in material.actions
                ),
            )
        owned = {action.gap for action in material.actions}
        without = [
            self._heading_of(gap.reference)
            for gap in material.agreed.gaps
            if gap.reference not in owned
        ]
        if without:
            whole = len(material.agreed.gaps)
            yield Notice(
                f"Gaps without an action and its owner yet: {len(without)} of {whole} "
                f"({', '.join(sorted(without))})."
            )
        elif material.agreed.gaps:
            yield Paragraph("Every gap has an action with an owner.")
        else:
            yield Paragraph("There is no gap to act on.")

    def _heading_of(self, reference: str) -> str:
        theme, _, letter = reference.rpartition(".")
        return f"{self._themes[theme][0]}{letter}"


def _a(words: str) -> str:
    return f"{'an' if words[0] in 'aeiou' else 'a'} {words}"


_INVENTED = (
    "Not everything here is real. Invented: {what}. Figures that rest on it are marked "
    "“invented”, and say nothing about any real child or agency."
)
