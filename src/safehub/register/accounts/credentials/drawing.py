"""The picture that an authenticator app reads."""

from __future__ import annotations

from markupsafe import Markup
from qrcode.main import QRCode


def qr_code(text: str) -> Markup:
    """The text as a square of modules: SVG without style or script, and with a name."""
    code: QRCode = QRCode(border=4)
    code.add_data(text)
    code.make(fit=True)
    rows = code.get_matrix()
    path = "".join(
        f"M{x} {y}h1v1h-1z"
        for y, row in enumerate(rows)
        for x, is_dark in enumerate(row)
        if is_dark
    )
    size = len(rows)
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {0} {0}" width="240" height="240" '
        'role="img" aria-label="Code for an authenticator app" shape-rendering="crispEdges">'
        '<rect width="{0}" height="{0}" fill="#fff"/><path d="{1}" fill="#000"/></svg>'
    ).format(size, path)
