"""Build what pages need from the browser's side: style sheets, scripts, icon. No Django here.

`python -m safehub.foundation.govuk.assets NODE_MODULES OUT` is run by the launcher at set-up. Each
file gets the hash of its content into its name, so that a browser may keep it for ever; the names
stand in OUT/manifest.json.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

GOVUK_VERSION = "6.3.0"
MANIFEST = "manifest.json"
PACKAGE = Path(__file__).resolve().parents[2]
_KINDS = {".css", ".js", ".svg"}

# Outside GOV.UK domains its blue, its green and its yellow are not ours to wear. Every colour of
# theirs that marks the brand is exchanged for one of ours, with the same or more contrast.
COLOURS = {
    "#1d70b8": "#0b5a63",
    "#1a65a6": "#0a5a6b",
    "#0f385c": "#06343c",
    "#f4f8fb": "#eff5f4",
    "#8eb8dc": "#93b9b6",
    "#0f7a52": "#0b6a60",
    "#0b5c3e": "#08534b",
    "#083d29": "#042f2b",
    "#ca3535": "#b3261e",
    "#fd0": "#ffc845",
    "#ffdd00": "#ffc845",
}
# Not words of ours: their font, their arms, and the addresses of files that we do not ship.
UNWANTED = ("GDS Transport", "govuk-crest", "/assets/", "sourceMappingURL")


def own_style(css: str) -> str:
    """GOV.UK Frontend's style sheet in Arial and our colours, without fonts, arms and maps.

    Raises ValueError where something of theirs is left: a new version has to be looked at.
    """
    css = re.sub(r"@font-face\{[^}]*\}", "", css)
    css = css.replace("GDS Transport,arial", "Arial")
    css = re.sub(r"[a-z-]*image:[^;}]*govuk-crest[^;}]*;?", "", css)
    css = re.sub(r"/\*# sourceMappingURL=.*?\*/", "", css)
    for theirs, ours in COLOURS.items():
        css = re.sub(rf"{theirs}(?![0-9a-f])", ours, css)
    left = [word for word in (*UNWANTED, *COLOURS) if re.search(rf"{word}(?![0-9a-f])", css)]
    if left:
        raise ValueError(f"The style sheet still holds {', '.join(left)}.")
    return css


def own_sources(package: Path = PACKAGE) -> list[Path]:
    """Every style sheet, script and icon in a folder `static` of an app; names must differ."""
    found = sorted(
        (path for path in package.rglob("static/*") if path.suffix in _KINDS),
        key=lambda path: path.name,
    )
    names = [path.name for path in found]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise ValueError(f"Two apps have a static file of the same name: {', '.join(twice)}.")
    return found


def _vendored(node_modules: Path) -> Iterator[tuple[str, str]]:
    """Other people's files: name of ours, text."""
    package = node_modules / "govuk-frontend"
    version = json.loads((package / "package.json").read_text("utf-8"))["version"]
    if version != GOVUK_VERSION:
        raise ValueError(f"GOV.UK Frontend is {version}, and must be {GOVUK_VERSION}.")
    dist = package / "dist" / "govuk"
    yield "govuk-frontend.css", own_style((dist / "govuk-frontend.min.css").read_text("utf-8"))
    script = (dist / "govuk-frontend.min.js").read_text("utf-8")
    yield "govuk-frontend.js", re.sub(r"//# sourceMappingURL=.*", "", script)
    htmx = find_spec("django_htmx")
    if not htmx or not htmx.origin:
        raise ValueError("The package django-htmx is not installed.")
    static = Path(htmx.origin).parent / "static" / "django_htmx"
    yield "htmx.js", (static / "htmx-2.min.js").read_text("utf-8")


def build(node_modules: Path, out: Path) -> dict[str, str]:
    """Write all files and the manifest into `out`, replacing what was there; return the manifest.

    `out` is complete or not there at all. Raises ValueError and OSError.
    """
    making = out.with_name(out.name + ".new")
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(parents=True)
    manifest: dict[str, str] = {}
    own = [(path.name, path.read_text("utf-8")) for path in own_sources()]
    for name, text in [*_vendored(node_modules), *own]:
        # A script that imports another names it as in the source: "./govuk-frontend.js".
        for known, hashed in manifest.items():
            text = text.replace(f'"./{known}"', f'"./{hashed}"')
        data = text.encode("utf-8")
        digest = hashlib.sha256(data).hexdigest()[:12]
        stem, kind = name.rsplit(".", 1)
        manifest[name] = f"{stem}.{digest}.{kind}"
        (making / manifest[name]).write_bytes(data)
    (making / MANIFEST).write_text(json.dumps(manifest, indent=1, sort_keys=True), "utf-8")
    shutil.rmtree(out, ignore_errors=True)
    making.rename(out)
    return manifest


if __name__ == "__main__":
    try:
        build(Path(sys.argv[1]), Path(sys.argv[2]))
    except (ValueError, OSError) as problem:
        sys.exit(str(problem))
