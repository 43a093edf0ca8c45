"""Who asks: the viewer that the middleware has put on the request."""

from __future__ import annotations

from django.http import HttpRequest

from safehub.foundation.access.viewer import Viewer
from safehub.foundation.errors import Absent


def viewer_on(request: HttpRequest) -> Viewer:
    """The viewer of the request. Raises Absent where nobody is signed in whole, as a page does."""
    viewer: Viewer | None = getattr(request, "viewer", None)
    if viewer is None:
        raise Absent("There is nothing here that you may see.")
    return viewer
