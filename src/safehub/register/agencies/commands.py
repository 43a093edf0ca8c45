"""What changes partnerships and agencies."""

from __future__ import annotations

from safehub.register.agencies.models import Agency, Partnership


def register_partnership(*, name: str) -> Partnership:
    """The partnership of that name, made if it is new."""
    return Partnership.objects.get_or_create(name=name)[0]


def register_agency(*, partnership: Partnership, code: str, name: str, kind: str) -> Agency:
    """The agency of that code; its name and kind become the ones given."""
    agency, _ = Agency.objects.update_or_create(
        partnership=partnership, code=code, defaults={"name": name, "kind": kind}
    )
    return agency
