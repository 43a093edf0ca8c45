"""What a page shows of a form besides its fields: its mark, its drafts, what met."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.forms import BaseForm
from django.template.loader import get_template
from django.urls import reverse
from django.utils import timezone
from markupsafe import Markup

from safehub.foundation.govuk.pages import ENGINE
from safehub.foundation.submissions.drafts import KeptText
from safehub.foundation.submissions.fields import ACTION
from safehub.foundation.submissions.merging import Difference
from safehub.foundation.submissions.originals import CHOICE, ORIGINAL
from safehub.foundation.submissions.tokens import TOKEN, FormToken

SAVE = "save"
DRAFT = "draft"
_TEMPLATE = "submissions/_posting.html"


@dataclass(frozen=True)
class Offer:
    """A text that was not sent: when it was kept, where to go on with it or discard it."""

    saved: str
    href: str
    discard: str


@dataclass(frozen=True)
class Posting:
    """All that a form carries to be drafted, sent once and met by another's edit."""

    token: FormToken
    original: str = ""
    drafts_kept: bool = True
    has_files: bool = False
    saved: str = ""
    too_late: str = ""
    offers: Sequence[Offer] = ()
    differences: Sequence[Difference] = ()
    # Names that the template needs.
    action: str = ACTION
    choice: str = CHOICE
    save: str = SAVE

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """Names and values of the hidden inputs."""
        found = [(TOKEN, self.token.signed())]
        return [*found, (ORIGINAL, self.original)] if self.original else found

    @property
    def drafts_address(self) -> str:
        """Where the script saves what is typed; blank where nothing is kept."""
        return reverse("submissions:draft", args=[self.token.form]) if self.drafts_kept else ""

    @property
    def days(self) -> int:
        """How long a draft is kept."""
        return self.token.holder.keeps_for.days


def offer_of(text: KeptText, path: str) -> Offer:
    """How a page offers an unsent text."""
    discard = reverse("submissions:discard", args=[text.key])
    return Offer(clock_time(text.saved_at), f"{path}?{DRAFT}={text.key}", discard)


def attach(form: BaseForm, posting: Posting) -> None:
    """Let the form draw what it carries wherever it draws its fields (govuk/forms.py)."""

    def drawn() -> Markup:
        html = get_template(_TEMPLATE, using=ENGINE).render({"posting": posting, "form": form})
        return Markup(html)  # noqa: S704 - a template, which has escaped what it was given

    form.hidden_fields_html = drawn  # type: ignore[attr-defined]
    address = posting.drafts_address
    form.form_attributes = lambda: {"data-drafts": address} if address else {}  # type: ignore[attr-defined]


def clock_time(at: dt.datetime) -> str:
    """`14:05`, and with its day where that is not today; in London."""
    local = timezone.localtime(at)
    hour = f"{local:%H:%M}"
    if local.date() == timezone.localdate():
        return hour
    return f"{hour} on {local.day} {local:%B}"
