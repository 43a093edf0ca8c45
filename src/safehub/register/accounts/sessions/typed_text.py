"""What somebody typed into a page just as their session ended is kept until they are back."""

from __future__ import annotations

from django.http import HttpRequest

from safehub.foundation.submissions.commands import keep_rescued
from safehub.register.accounts.models import Person


def typed_text_rescued(request: HttpRequest, person: Person) -> str | None:
    """Keep what was posted as a draft of that person's; the address at which they go on with it.

    None where nothing was kept. Call it only once the request has passed the check against
    forgery: a draft is shown to the person as their own words.
    """
    if request.method != "POST":
        return None
    return keep_rescued(person_id=person.pk, path=request.path, post_data=request.POST)
