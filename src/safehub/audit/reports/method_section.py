"""The method of an audit as its report states it: sample, denominators, limits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

from safehub.audit.programmes.plans import Method
from safehub.audit.programmes.terms import Invented
from safehub.audit.reports.material import Material, SampleShown
from safehub.audit.reports.wording import Marks, plural
from safehub.foundation.documents.tree import Block, Bullets, Heading, Paragraph, Table

METHOD_WORDS = {
    Method.RANDOM: "drawn at random",
    Method.PURPOSIVE: "chosen on purpose",
    Method.CENSUS: "all that there were",
}


def blocks(material: Material, marks: Marks, clean: Callable[[str], str]) -> Iterator[Block]:
    """Section 2."""
    yield Heading(1, "2. Method")
    met = " The agencies met to agree what the returns show." if material.agreed.held_on else ""
    yield Paragraph(
        "Each agency was asked to audit the cases known to it with the same audit tool, "
        f"“{material.tool.title}” (version {material.tool.version}), and to send a return for "
        f"each case.{met}"
    )
    yield Heading(2, "Sample")
    if material.shown is None:
        yield Paragraph(_statement(material, marks))
        yield _strata(material, marks)
        yield _draws(material, marks)
        yield from _exclusions(material, clean)
        yield from _withdrawals(material, clean)
    else:
        yield Paragraph(marks.after(_shown_statement(material, material.shown), Invented.FRAME))
        if material.shown.has_strata:
            yield _strata(material, marks)
    yield Heading(2, "Denominators")
    yield Bullets(_DENOMINATORS)
    yield Heading(2, "Limits")
    yield Bullets(tuple(_limits(material)))


def _plural(count: int, word: str) -> str:
    return f"{count:,} {word if count == 1 else plural(word)}"


def _statement(material: Material, marks: Marks) -> str:
    sample, plan = material.sample, material.plan
    unit = plan.unit
    eligible = material.frame_size - len(material.exclusions)
    sentences = [
        f"The sampling frame has {_plural(material.frame_size, unit)}."
        if not material.exclusions
        else f"The sampling frame has {_plural(material.frame_size, unit)}, of which "
        f"{len(material.exclusions)} were excluded and {eligible:,} remained.",
        f"The sample is {_plural(sample.drawn.size, 'case')}, {METHOD_WORDS[plan.method]}.",
    ]
    if plan.column is not None:
        how = "in proportion to the frame" if plan.sizes is None else "in sizes set beforehand"
        sentences.append(f"It was drawn by {plan.column.replace('_', ' ')}, {how}.")
    if plan.method is Method.RANDOM:
        sentences.append(
            f"The place of each {unit} follows from the seed {plan.seed} and its id alone, so "
            "that anyone with the frame can draw the same sample again."
        )
    if sample.drawn.reserves:
        held = _plural(len(sample.drawn.reserves), unit)
        sentences.append(
            f"{held} {'was' if len(sample.drawn.reserves) == 1 else 'were'} held in reserve."
        )
    if material.frame.outside_period:
        outside = _plural(material.frame.outside_period, unit)
        sentences.append(f"{outside} of the return lie outside the period and were left out.")
    return marks.after(" ".join(sentences), Invented.FRAME, Invented.SEED)


def _shown_statement(material: Material, shown: SampleShown) -> str:
    plan, unit = material.plan, material.plan.unit
    asked = _plural(len(material.sample.asked), "case")
    sentences = [f"The agencies were asked about {asked}, {METHOD_WORDS[plan.method]}."]
    if shown.frame is not None and shown.drawn is not None:
        sentences.append(
            f"The sampling frame has {_plural(shown.frame, unit)}, of which {shown.excluded} were "
            f"excluded; {_plural(shown.drawn, 'case')} were drawn and {shown.withdrawn} withdrawn "
            "without a replacement."
        )
    if shown.reserve:
        sentences.append(f"{_plural(shown.reserve, unit)} were held in reserve.")
    if shown.outside_period:
        outside = _plural(shown.outside_period, unit)
        sentences.append(f"{outside} of the return lie outside the period and were left out.")
    return " ".join(sentences)


def _strata(material: Material, marks: Marks) -> Table:
    headings, rows = marks.column(
        ("Stratum", "In the frame", "Drawn"),
        [
            (stratum.name.replace("_", " "), f"{stratum.frame:,}", str(stratum.drawn))
            for stratum in material.sample.drawn.strata
        ],
        Invented.FRAME,
    )
    return Table(
        "The frame, less exclusions, and the sample by stratum",
        headings,
        rows,
        numeric=frozenset({1, 2}),
        note=f"SHA-256 of the frame's file: {material.frame.sha256}",
    )


def _draws(material: Material, marks: Marks) -> Table:
    headings, rows = marks.column(
        ("Draw", "Seed", "Cases", "Used"),
        [
            (
                str(drawn.number),
                drawn.seed,
                str(drawn.size),
                "Yes" if drawn is material.draws[-1] else "No",
            )
            for drawn in material.draws
        ],
        Invented.SEED,
    )
    return Table("Every draw that was made", headings, rows, numeric=frozenset({1, 2}))


def _exclusions(material: Material, clean: Callable[[str], str]) -> Iterator[Block]:
    if material.exclusions:
        reasons = Counter(clean(exclusion.reason) for exclusion in material.exclusions)
        yield Table(
            "What was kept out of the draw",
            ("Reason", plural(material.plan.unit).capitalize()),
            tuple((reason, str(count)) for reason, count in reasons.items()),
            numeric=frozenset({1}),
        )


def _withdrawals(material: Material, clean: Callable[[str], str]) -> Iterator[Block]:
    if not material.withdrawals:
        return
    numbers = {case.referral_id: case.number for case in material.sample.cases}
    yield Table(
        "Cases withdrawn after the draw",
        ("Case", "Reason", "Replaced by case"),
        tuple(
            (
                withdrawal.case,
                clean(withdrawal.reason),
                numbers[withdrawal.by] if withdrawal.by else "Not replaced",
            )
            for withdrawal in material.withdrawals
        ),
        note=f"{material.sample.withdrawn_without_replacement} of the cases drawn were withdrawn "
        f"without a replacement; {len(material.sample.asked)} remain. Returns on withdrawn "
        "cases are kept and count in no figure.",
    )


_DENOMINATORS = (
    "Asked: the cases in the sample that were not withdrawn. Every agency was asked about each.",
    "Known: the cases that an agency says it knows. An agency's figures rest on these alone.",
    "Returned: known cases with a submitted return. Awaited: cases with no answer yet.",
    (
        "Met good counts graded cases. Where several respondents of an agency grade one case, the "
        "case counts once, under the lowest grade."
    ),
    (
        "A question's share is of the returns that answer yes or no. Not applicable, blank and not "
        "asked are counted apart."
    ),
    (
        "Cases, returns and respondents are different units: they are never added or divided by "
        "each other."
    ),
)


def _limits(material: Material) -> Iterator[str]:
    if material.is_random:
        yield (
            "Intervals are 95 % Wilson score intervals: the range in which the share among all "
            f"{plural(material.plan.unit)} of the frame is likely to lie. Few cases make them wide."
        )
        if material.plan.column is None:
            yield (
                "Where every case drawn has an answer, a second interval takes into account how "
                "large a part of the frame the sample is (finite population correction)."
            )
        else:
            yield (
                "The sample is stratified and the figures are not weighted by stratum: they "
                "describe the cases audited."
            )
    else:
        yield (
            f"The cases were not drawn at random ({METHOD_WORDS[material.plan.method]}). The "
            "figures describe these cases and no others, and have no intervals."
        )
    yield _graded_by(material)
    yield "What is missing is said and never filled in; no total is made to fit."
    yield _SUPPRESSION[material.suppression]


def _graded_by(material: Material) -> str:
    if not material.is_moderated:
        return (
            "Each agency graded its own work. Grades are the agencies' own and were not moderated."
        )
    words = (
        "Each agency graded its own work, and moderators graded some returns again without seeing "
        "those grades. Figures are of the agencies' own grades unless they say otherwise."
    )
    if material.moderated is None:
        words += (
            " What moderation came to is left out: it rests on too few returns to be published."
        )
    return words


_SUPPRESSION = {
    None: "No figure is suppressed in this run, small numbers among them. Suppression is chosen "
    "when a report is published.",
    "none": "No figure is suppressed, small numbers among them: that was chosen when this report "
    "was published.",
    "under_five": "Figures under five, of cases, returns, respondents or referrals, are left out, "
    "and so are all from which they could be worked out: the other answers to the same question, "
    "its totals and shares, questions that wait on it, and the lowest and highest answers, which "
    "are one case's own. A question that is left out has such a number.",
}
