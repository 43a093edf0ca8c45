"""The Typst engine with the fonts that come with the package: same fonts, same page, anywhere."""

from __future__ import annotations

import importlib.util
import re
from functools import cache
from pathlib import Path

import typst

# The order is the order of preference; Arimo has the metrics of Arial.
FAMILIES = (
    "Arimo",
    "Noto Sans",
    "Noto Sans Arabic",
    "Noto Sans Tamil",
    "Noto Sans Telugu",
    "Noto Sans Thai",
)
_UNSHOWN = re.compile(r'the text `"(.*?)"` could not be displayed', re.DOTALL)
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")
_UNMAPPED = "missing codepoints"
_POINTS_PER_PIXEL = 0.75
_PICTURE = """
#set page(width: auto, height: auto, margin: 0pt, fill: white)
#set text(font: json(bytes(sys.inputs.families)))
#image(bytes(sys.inputs.svg), format: "svg", width: float(sys.inputs.width) * 1pt)
"""


@cache
def fonts(*, of_the_system: bool = False) -> typst.Fonts:
    """The fonts to set in. Those of the system differ between machines: a last resort."""
    folders = [_folder(family) for family in FAMILIES]
    return typst.Fonts(
        include_system_fonts=of_the_system, include_embedded_fonts=False, font_paths=folders
    )


def _folder(family: str) -> str:
    package = "fontpkg_" + family.lower().replace(" ", "_")
    found = importlib.util.find_spec(package)
    if found is None or found.origin is None:
        raise ModuleNotFoundError(f"The font {family} is missing: install {package}.")
    return str(Path(found.origin).parent / "files")


def in_pinned_type(svg: str) -> str:
    """The chart with Arial taken out, so that a machine that has Arial draws the same one."""
    return svg.replace('font-family="Arial, Arimo', 'font-family="Arimo')


def undisplayed(problem: BaseException) -> frozenset[str]:
    """The characters for which no font has a glyph, read from what Typst says of them."""
    texts = _UNSHOWN.findall(getattr(problem, "diagnostic", ""))
    plain = "".join(_ESCAPED.sub(lambda code: chr(int(code[1], 16)), text) for text in texts)
    return frozenset(letter for letter in plain if not letter.isascii())


def without_code_points(problem: BaseException) -> bool:
    """True when glyphs have lost their characters: shaped text in a chart, which Typst lacks."""
    return _UNMAPPED in getattr(problem, "diagnostic", "")


def is_of_letters(problem: BaseException) -> bool:
    """True when other letters would mend it; a chart that is no SVG, say, they would not."""
    found = getattr(problem, "diagnostic", "")
    return bool(undisplayed(problem)) or "codepoint" in found or is_panic(problem)


def is_panic(problem: BaseException) -> bool:
    """True when Typst itself has failed, as over Hebrew letters with some of their points.

    Such a failure is no `Exception`, and its class cannot be imported.
    """
    return type(problem).__name__ == "PanicException"


def png_of(svg: str, *, width: float, ppi: float = 200.0, of_the_system: bool = False) -> bytes:
    """The chart as a picture `width` pixels of CSS wide, set in the pinned type."""
    return typst.compile(
        _PICTURE.encode(),
        format="png",
        ppi=ppi,
        font_paths=fonts(of_the_system=of_the_system),
        ignore_system_fonts=not of_the_system,
        sys_inputs={
            "families": '["Arimo"]',
            "svg": in_pinned_type(svg),
            "width": f"{width * _POINTS_PER_PIXEL:.3f}",
        },
    )
