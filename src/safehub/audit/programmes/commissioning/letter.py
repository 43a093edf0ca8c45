"""The commissioning letter: the terms of reference as a document, for print and to send."""

from __future__ import annotations

from collections.abc import Iterator

from safehub.audit.programmes.commissioning.drafting import agencies_of_draft, steps_of_draft
from safehub.audit.programmes.commissioning.presenters import grading_words, sample_words
from safehub.audit.programmes.models import CommissionDraft
from safehub.audit.programmes.steps import WORDS
from safehub.foundation.documents.html import to_html
from safehub.foundation.documents.pdf import to_pdf
from safehub.foundation.documents.tree import (
    Block,
    Bullets,
    Document,
    Heading,
    Labelled,
    Notice,
    Paragraph,
    Table,
)
from safehub.foundation.documents.word import to_word
from safehub.foundation.errors import Absent
from safehub.foundation.govuk.wording import day

FORMS = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "html": "text/html; charset=utf-8",
}


def letter(draft: CommissionDraft) -> Document:
    """The letter; one that nobody has signed says so. Three queries."""
    return Document(
        title=f"Commission of a case audit: {draft.title}",
        subtitle=draft.partnership.name,
        blocks=tuple(_blocks(draft)),
    )


def rendered_letter(draft: CommissionDraft, form: str) -> tuple[bytes, str]:
    """The bytes of the letter in that form, and their media type. Raises Absent for another."""
    if form not in FORMS:
        raise Absent("There is no letter of that form.")
    document = letter(draft)
    if form == "html":
        return to_html(document).encode(), FORMS[form]
    return (to_word(document) if form == "docx" else to_pdf(document)), FORMS[form]


def _blocks(draft: CommissionDraft) -> Iterator[Block]:
    if draft.signed_at is None:
        yield Notice("This is a draft. Nobody has signed it.")
    yield Paragraph(
        f"{draft.partnership.name} commissions the {draft.kind} case audit “{draft.title}”. Each "
        "agency named below is asked to audit its own work on the cases of the sample, and to send "
        "a return for each case that it knows."
    )
    yield from _purpose(draft)
    yield from _scope(draft)
    yield Heading(1, "Days")
    yield Table(
        "Steps of the audit",
        ("Step", "By"),
        tuple((WORDS[one.step], f"{one.on:%A} {day(one.on)}") for one in steps_of_draft(draft)),
    )
    yield Heading(1, "A child at immediate risk")
    yield Paragraph(
        "An audit looks back. Whoever finds that a child may be at risk now acts at once, outside "
        "this audit and its days: ring children's social care, or 999, and tell of it in Safehub."
    )
    yield from _signature(draft)


def _purpose(draft: CommissionDraft) -> Iterator[Block]:
    facts = {
        "Commissioned by": draft.commissioned_by,
        "Answers for it": draft.owner,
        "Programme": draft.programme,
        "Period": f"Referrals from {day(draft.period_from)} to {day(draft.period_to)}"
        if draft.period_to
        else "",
    }
    yield Heading(1, "Terms of reference")
    if draft.reason:
        yield Paragraph(draft.reason)
    yield Labelled(tuple((f"{name}:", said) for name, said in facts.items() if said))
    if draft.key_lines_of_enquiry:
        yield Heading(2, "Key lines of enquiry")
        yield Bullets(tuple(draft.key_lines_of_enquiry))
    if draft.themes:
        yield Heading(2, "Themes")
        yield Bullets(
            tuple(
                f"{name} (key line of enquiry)" if is_line else name
                for _, name, is_line in draft.themes
            )
        )


def _scope(draft: CommissionDraft) -> Iterator[Block]:
    agencies = agencies_of_draft(draft)
    version = draft.tool_version
    yield Heading(1, "Agencies and method")
    if agencies:
        yield Table(
            "Agencies that take part",
            ("Agency", "Who answers"),
            tuple((one.name, f"Each {unit}" if unit else "The agency") for one, unit in agencies),
        )
    tool = f"{version.title}, version {version.version}" if version else "Not chosen yet"
    yield Labelled(
        (
            ("Audit tool:", tool),
            ("Grading:", grading_words(draft)),
            ("Sample:", sample_words(draft)),
        )
    )


def _signature(draft: CommissionDraft) -> Iterator[Block]:
    if draft.signed_at is None:
        return
    yield Heading(1, "Signed")
    yield Paragraph(f"{draft.signed_name}, {day(draft.signed_at)}")
    if draft.audit is not None:
        yield Paragraph(f"Reference of the audit: {draft.audit.reference}")
