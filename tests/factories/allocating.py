"""Cases allocated to whoever audits them."""

from __future__ import annotations

from factories.people import operator
from safehub.audit.programmes.models import Audit
from safehub.audit.returns.allocating.commands import allocate_cases
from safehub.audit.sampling.queries import cases_drawn
from safehub.register.accounts.models import Membership


def allocate_all(audit: Audit, *members: Membership) -> None:
    """Every case of the sample to these auditors of one agency, where it takes part."""
    participant = audit.participants.filter(agency=members[0].agency).first()
    if participant is None:
        return
    cases = cases_drawn(audit).filter(number__isnull=False, withdrawal_position=None)
    allocate_cases(participant=participant, cases=list(cases), auditors=members, by=operator())
