"""What changes partnerships and agencies."""

from __future__ import annotations

from django.db import transaction

from safehub.foundation.access.viewer import Viewer
from safehub.foundation.records import ref_of
from safehub.foundation.trail.commands import record
from safehub.register.agencies.models import OFFICE_CODE, Agency, Partnership


@transaction.atomic
def register_partnership(*, name: str, by: Viewer) -> Partnership:
    """The partnership of that name, made with its office if it is new."""
    partnership, is_new = Partnership.objects.get_or_create(name=name)
    if is_new:
        Agency.objects.create(
            partnership=partnership,
            code=OFFICE_CODE,
            name=f"{name}: the partnership's office",
            is_office=True,
        )
        record("partnership.registered", by=by, on=ref_of(partnership))
    return partnership


@transaction.atomic
def register_agency(
    *, partnership: Partnership, code: str, name: str, kind: str, by: Viewer
) -> Agency:
    """The agency of that code; its name and kind become the ones given."""
    agency, _ = Agency.objects.update_or_create(
        partnership=partnership, code=code, defaults={"name": name, "kind": kind}
    )
    record("agency.registered", by=by, on=ref_of(agency))
    return agency
