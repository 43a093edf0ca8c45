"""Where the built assets lie, and the address of each."""

from __future__ import annotations

import json
import sys
from functools import cache
from pathlib import Path

from safehub.foundation.errors import Misconfigured
from safehub.foundation.govuk.assets import MANIFEST

# Beside the Python that runs us: the launcher builds there, and a container keeps it.
SHARE = Path(sys.prefix) / "share" / "safehub"
BUILT = SHARE / "static"


@cache
def _manifest() -> dict[str, str]:
    try:
        return dict(json.loads((BUILT / MANIFEST).read_text("utf-8")))
    except OSError as error:
        raise Misconfigured(
            "The style sheets of the pages are not built: start Safehub once with ./safehub, "
            "which builds them."
        ) from error


def asset(name: str) -> str:
    """The address of a built file by its name in the source, such as `safehub.css`.

    Raises Misconfigured where it was not built.
    """
    try:
        return f"/static/{_manifest()[name]}"
    except KeyError as error:
        raise Misconfigured(
            f"There is no built file {name}: start ./safehub again, which builds what is new."
        ) from error
