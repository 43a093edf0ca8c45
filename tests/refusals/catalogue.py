"""Every single mistake there is a line for."""

from __future__ import annotations

from .catalogue_frame import FRAME
from .catalogue_narrative import NARRATIVE
from .catalogue_returns import RETURNS
from .catalogue_terms import TERMS
from .catalogue_tool import TOOL
from .planting import Mistake

CATALOGUE: list[Mistake] = [*TERMS, *TOOL, *FRAME, *RETURNS, *NARRATIVE]
