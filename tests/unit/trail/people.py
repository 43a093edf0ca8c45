"""Who acts in these tests, and on what."""

from __future__ import annotations

from safehub.foundation.access.viewer import Viewer
from safehub.foundation.access.vocabulary import Role
from safehub.foundation.records import RecordRef

CARA = Viewer(
    role=Role.AUDIT_COORDINATOR,
    person=3,
    membership=30,
    organisation=300,
    request_id="r-1",
    purpose="audit",
    operating_user="cara",
)
BEN = Viewer(role=Role.AGENCY_CONTRIBUTOR, person=2, membership=20, organisation=200)
CASE = RecordRef("sampling.case", 7)
