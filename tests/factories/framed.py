"""A commissioned audit with a frame of a dozen referrals, two of them of one family each."""

from __future__ import annotations

from factories.commissions import Commissioning
from factories.tools import Sheets
from safehub.audit.programmes.models import Audit
from safehub.audit.programmes.queries import terms_of
from safehub.audit.sampling.commands import draw_sample
from safehub.audit.sampling.drawing import commands
from safehub.audit.sampling.models import Draw

COLUMNS = ("referral_id", "child_id", "referred_on", "area", "child", "dob", "home", "household")


def frame_csv(rows: int = 12) -> bytes:
    """Referrals R01 to R12; each two following ones are of one household."""
    lines = [",".join(COLUMNS)]
    for at in range(1, rows + 1):
        area = "north" if at % 3 else "south"
        who = f"Name {at},2015-01-{at:02},{at} Low Road,H{(at + 1) // 2}"
        lines.append(f"R{at:02},C{at:02},2026-05-{at:02},{area},{who}")
    return ("\n".join(lines) + "\n").encode()


MAPPING = {"name": "child", "born": "dob", "address": "home", "family": "household"}


class Framed(Commissioning):
    """The office and its audit of two cases; `kept` and `drawn` go further."""

    def __init__(self, sheets: Sheets | None = None) -> None:
        super().__init__()
        if sheets is not None:
            self.tool = self.office.version(sheets)
        audit = self.signed().audit
        assert audit is not None
        self.audit: Audit = audit

    def kept(self) -> Audit:
        """With its frame, mapped."""
        commands.send_frame(audit=self.audit, name="frame.csv", data=frame_csv(), by=self.edie)
        commands.map_columns(audit=self.audit, mapping=MAPPING, by=self.edie)
        return self.audit

    def drawn(self) -> Draw:
        """With the sample that its terms plan."""
        return draw_sample(audit=self.kept(), plan=terms_of(self.audit).plan, by=self.edie)
