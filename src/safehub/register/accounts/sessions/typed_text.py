"""What somebody typed into a page just as their session ended is kept until they are back."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from django.http import HttpRequest

from safehub.register.accounts.models import Person

_DRAFTS = "safehub.foundation.submissions.commands"


def typed_text_rescued(request: HttpRequest, person: Person) -> bool:
    """Keep what was posted as a draft of that person for that page; False where nothing was kept.

    Call it only once the request has passed the check against forgery: a draft is shown to the
    person as their own words.
    """
    if request.method != "POST" or find_spec(_DRAFTS) is None:
        return False
    keep = getattr(import_module(_DRAFTS), "keep_rescued", None)
    if keep is None:
        return False
    keep(person_id=person.pk, path=request.path, post_data=request.POST)
    return True
