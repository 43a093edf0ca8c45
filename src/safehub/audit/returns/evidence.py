"""A file of a return, as it is handed out."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse
from django.utils.http import content_disposition_header

from safehub.audit.returns.models import ReturnEvidence
from safehub.foundation.documents import uploads
from safehub.foundation.errors import Absent


def handed_out(found: ReturnEvidence) -> HttpResponse:
    """Its bytes as they came, never shown within a page of ours. Raises Absent."""
    data = uploads.kept(settings.UPLOADS, found.sha256)
    if data is None:
        raise Absent("The file is gone from the uploads: add it again.")
    answer = HttpResponse(data, content_type="application/octet-stream")
    answer["Content-Disposition"] = content_disposition_header(True, found.name) or "attachment"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
