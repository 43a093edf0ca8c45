"""The documents say what is so: links, commands, settings, names and folders."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import click
import pytest
from django.apps import apps

from safehub import __version__
from safehub.cli import main
from safehub.config.environment import ELSEWHERE, SETTINGS

from .pages import (
    ROOT,
    SOURCE,
    anchors,
    blocks,
    code_spans,
    command_lines,
    complaint,
    documents,
    files,
    links,
    named,
    tables,
)

DOCS = ROOT / "docs"
ADR = DOCS / "adr"
CLASSES = {"person", "role", "body", "thing", "step", "state", "answer", "figure", "rule"}
LONGEST_MODULE = 500
# Longer than that for a reason, which stands beside the name.
LONGER: dict[str, str] = {
    "bench/trail.py": "what each of its processes does, in the one file that starts them",
    "tests/unit/fhir/test_reading.py": "one test for each thing that a Questionnaire may say",
    "tests/oracle/plain_access_grants.py": "the table of grants of that page, beside it",
    "tests/oracle/plain_access_world.py": "the policy's page once more, to be read beside it",
    "tests/access/test_commands.py": "one test for each refusal of each command",
    "tests/unit/disclosure/disclosure_files.py": "one planted file for each channel",
    "tests/unit/disclosure/test_disclosure_commands.py": "one test for each refusal of each step",
}

_PLACES = re.compile(rb"(?<![\w.])/(?:work|root|Users|home/\w+)/\w")
# An address of an index or a mirror would tie every copy of the source to somebody's network.
_INDEXES = re.compile(
    rb"files\.python"
    rb"hosted\.org|(?:^|[/.])py"
    rb"pi\.org|https?://[^/\s]*/simple\b|"
    rb"arti"
    rb"factory|--(?:extra-)?index"
    rb"-url[ =]|registry\.np"
    rb"mjs|prox"
    rb"y\.golang",
    re.MULTILINE,
)
_SETTING = re.compile(r"\bSAFEHUB_[A-Z_]+\b")


def pages_of(*, running: bool = False) -> list[Path]:
    if running:
        return [page for page in documents() if any(block.is_run for block in blocks(page))]
    return list(documents())


@pytest.mark.parametrize("page", pages_of(), ids=named)
def test_links_of_page_lead_somewhere(page: Path) -> None:
    lost = []
    for link in links(page):
        if re.match(r"[a-z]+:", link):
            continue
        target, _, anchor = link.partition("#")
        path = (page.parent / target).resolve() if target else page
        here = path.exists() and path.is_relative_to(ROOT)
        if not here or (anchor and (path.suffix != ".md" or anchor not in anchors(path))):
            lost.append(link)
    assert not lost


def test_documents_that_a_reader_looks_for_are_there() -> None:
    names = {named(page) for page in documents()}
    assert names >= {
        "README.md",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "SECURITY.md",
        "docs/architecture.md",
        "docs/glossary.md",
        "docs/adr/README.md",
        "docs/how-to/run-an-audit.md",
        "docs/how-to/write-a-pack.md",
        "docs/how-to/read-the-report.md",
        "docs/operate/settings.md",
    }


def test_every_page_of_docs_is_linked_from_another() -> None:
    linked = {
        (page.parent / link.partition("#")[0]).resolve()
        for page in documents()
        for link in links(page)
    }
    assert not [named(page) for page in documents() if DOCS in page.parents and page not in linked]


# --- commands ----------------------------------------------------------------------------------


@pytest.mark.parametrize("page", pages_of(), ids=named)
def test_command_lines_of_page_exist(page: Path) -> None:
    shell = [block.text for block in blocks(page) if block.is_shell]
    spans = [span for span in code_spans(page) if re.match(r"(\./)?safehub \w", span)]
    lines = [words for text in shell for words in command_lines(text)]
    # Running text may name a command without what it wants: `safehub audit run`.
    lines += [words for span in spans for words in command_lines(span) if not _exists(words)]
    assert not [wrong for words in lines if (wrong := complaint(words, main))]


def _exists(words: list[str]) -> bool:
    command: click.Command | None = main
    for word in words:
        command = command.commands.get(word) if isinstance(command, click.Group) else None
    return command is not None


@pytest.mark.parametrize("page", pages_of(running=True), ids=named)
def test_blocks_of_page_run(page: Path, tmp_path: Path) -> None:
    """As a newcomer types them: in the order of the page, from the folder of the launcher."""
    (tmp_path / "tests").symlink_to(ROOT / "tests")
    launcher = tmp_path / "safehub"
    product = Path(sys.executable).with_name("safehub")
    launcher.write_text(
        f'#!/bin/sh\n: "${{SAFEHUB_HOME:={tmp_path}/var}}"\nexport SAFEHUB_HOME\n'
        f'exec "{product}" "$@"\n'
    )
    launcher.chmod(0o755)
    script = []
    for block in blocks(page):
        if block.file:
            path = tmp_path / block.file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text, encoding="utf-8")
        elif block.is_run:
            script.append(block.text)
    kept_from_it = {"DATABASE_URL", "DJANGO_SETTINGS_MODULE", *SETTINGS, *ELSEWHERE}
    environ = {name: value for name, value in os.environ.items() if name not in kept_from_it}
    done = subprocess.run(
        ["sh", "-eu", "-c", "\n".join(script)],
        cwd=tmp_path,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )
    assert done.returncode == 0, done.stderr[-4_000:]


def _commands(command: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        for name, inner in sorted(command.commands.items()):
            yield from _commands(inner, f"{path} {name}")


COMMANDS = dict(_commands(main, "safehub"))


@pytest.mark.parametrize("path", COMMANDS)
def test_help_of_command_has_examples_that_exist(path: str) -> None:
    text = COMMANDS[path].help or ""
    shown = [line.strip() for line in text.splitlines() if line.strip().startswith("safehub ")]
    # What follows two spaces says in words what the command does.
    lines = [re.split(r"\s{2,}", line)[0] for line in shown]
    assert any(line.startswith(path) for line in lines)
    wrong = [complaint(words, main) for line in lines for words in command_lines(line)]
    assert not [line for line in wrong if line]


def test_every_command_stands_in_a_document() -> None:
    written = "\n".join(page.read_text(encoding="utf-8") for page in documents())
    assert not [
        path
        for path, command in COMMANDS.items()
        if not isinstance(command, click.Group) and path not in written
    ]


# --- settings ----------------------------------------------------------------------------------


def test_settings_page_lists_every_setting_and_no_other() -> None:
    of_product, of_launcher, *_ = tables(DOCS / "operate" / "settings.md")
    assert [row[0].strip("`") for row in of_product[1:]] == list(SETTINGS)
    assert [row[0].strip("`") for row in of_launcher[1:]] == list(ELSEWHERE)
    assert all(all(cell for cell in row) for row in of_product + of_launcher)


def test_settings_that_source_and_documents_name_exist() -> None:
    # Django's own settings module has some more, which are no setting of an installation.
    inner = re.findall(
        r"(?m)^(SAFEHUB_\w+)", (SOURCE / "config" / "settings.py").read_text("utf-8")
    )
    known = {*SETTINGS, *ELSEWHERE, *inner}
    named_in = {
        name: named(path)
        for path in files()
        if path.suffix == ".md" or SOURCE in path.parents or path.parent.name == ".ci"
        for name in _SETTING.findall(path.read_text(encoding="utf-8", errors="replace"))
    }
    assert not {name: path for name, path in named_in.items() if name not in known}


# --- names -------------------------------------------------------------------------------------


def _glossary() -> list[list[str]]:
    (table,) = tables(DOCS / "glossary.md")
    return table[1:]


def test_glossary_is_one_table_in_order_without_blanks() -> None:
    rows = _glossary()
    words = [row[0].lower() for row in rows]
    assert words == sorted(set(words))
    assert all(all(row) for row in rows)
    assert {row[2] for row in rows} <= CLASSES


def test_glossary_has_every_model() -> None:
    explained = set(re.findall(r"`(\w+)`", " ".join(row[1] for row in _glossary())))
    models = {
        model.__name__
        for config in apps.get_app_configs()
        if config.name.startswith("safehub.")
        for model in config.get_models()
    }
    assert models
    assert not models - explained


def test_glossary_names_no_model_that_is_gone() -> None:
    meanings = " ".join(row[1] for row in _glossary())
    named_models = set(re.findall(r"`([A-Z]\w+)`", meanings))
    assert not named_models - {model.__name__ for model in apps.get_models()}


def test_audit_is_never_the_record_of_who_did_what() -> None:
    wrong = re.compile(r"audit[ _-](?:trail|log)", re.IGNORECASE)
    assert not [
        named(path)
        for path in files()
        if path.suffix in {".md", ".py", ".yaml"} and path != Path(__file__).resolve()
        if wrong.search(path.read_text(encoding="utf-8"))
    ]


# --- architecture and decisions ----------------------------------------------------------------


def _layers() -> set[str]:
    with (ROOT / "pyproject.toml").open("rb") as file:
        contracts = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    lines = [line for contract in contracts for line in contract.get("layers", ())]
    return {part.strip().removeprefix("safehub.") for line in lines for part in line.split("|")}


def test_architecture_names_every_package() -> None:
    packages = {
        str(path.parent.relative_to(SOURCE))
        for path in SOURCE.rglob("__init__.py")
        # Deeper ones are rooms of an app that grew into packages.
        if path.parent != SOURCE and len(path.parent.relative_to(SOURCE).parts) <= 2
        if path.parent.name != "migrations"
    }
    spans = set(code_spans(DOCS / "architecture.md"))
    assert not packages - spans
    folders = {span for span in spans if re.fullmatch(r"[a-z_]+(/[a-z_.]+)+", span)}
    assert not [
        name for name in folders if not ((SOURCE / name).exists() or (ROOT / name).exists())
    ]


def test_layers_of_the_contracts_are_written_and_drawn() -> None:
    spans = set(code_spans(DOCS / "architecture.md"))
    drawn = " ".join(ElementTree.parse(DOCS / "architecture.svg").getroot().itertext())
    for layer in _layers():
        assert layer.replace(".", "/") in spans
        assert re.search(rf"\b{layer.rpartition('.')[2]}\b", drawn), layer


def test_pictures_have_a_title_a_description_and_nothing_from_elsewhere() -> None:
    pictures = [path for path in files() if path.suffix == ".svg"]
    assert DOCS / "architecture.svg" in pictures
    for path in pictures:
        root = ElementTree.parse(path).getroot()
        space = "{http://www.w3.org/2000/svg}"
        assert root.findtext(f"{space}title")
        assert root.findtext(f"{space}desc")
        text = path.read_text(encoding="utf-8")
        assert "href" not in text
        assert "url(http" not in text


def test_decisions_are_numbered_whole_and_in_the_index() -> None:
    records = sorted(ADR.glob("[0-9]*.md"))
    numbers = [path.name[:4] for path in records]
    assert numbers == [f"{number:04}" for number in range(1, len(records) + 1)]
    (index,) = tables(ADR / "README.md")
    assert [row[0] for row in index[1:]] == [f"[{path.name[:4]}]({path.name})" for path in records]
    for path in records:
        text = path.read_text(encoding="utf-8")
        assert text.startswith(f"# {path.name[:4]} ")
        assert "**State:**" in text
        headings = re.findall(r"^## (\w+)", text, re.MULTILINE)
        assert headings[0] == "Context"
        assert {"Decision", "Decisions"} & set(headings)
        assert headings[-1] == "Consequences"


def test_changelog_has_this_version_or_what_is_unreleased() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    heads = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert "Unreleased" in heads[0] or __version__ in heads[0]
    assert any(__version__ in head for head in heads)


# --- the source as files -----------------------------------------------------------------------


def test_modules_are_short_enough_to_be_read() -> None:
    lengths = {
        named(path): path.read_text(encoding="utf-8").count("\n")
        for path in files()
        if path.suffix == ".py" and "migrations" not in path.parts
    }
    long = {name: length for name, length in lengths.items() if length >= LONGEST_MODULE}
    assert set(long) == set(LONGER), long


def _contents(path: Path) -> Iterator[bytes]:
    yield path.read_bytes()
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            yield from (archive.read(name) for name in archive.namelist())


@pytest.mark.parametrize("pattern", [_PLACES, _INDEXES], ids=["places", "package indexes"])
def test_no_file_names_a_place_of_one_machine_or_network(pattern: re.Pattern[bytes]) -> None:
    found = {
        named(path): match.group()
        for path in files()
        for content in _contents(path)
        if (match := pattern.search(content))
    }
    assert not found


# --- the sweeps themselves ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("./safehub audit run PACK --out DIR > file", ""),
        ("cd x && A=b ./safehub audit run PACK", "safehub audit run wants out"),
        ("./safehub audit run --out DIR", "safehub audit run wants pack"),
        (".ci/postgres run ./safehub audit walk", "safehub audit has no command walk"),
        (
            "./safehub demo | ./safehub audit list --xml",
            "safehub audit list: No such option --xml",
        ),
        ("./safehub test -k x", ""),
    ],
)
def test_complaint_names_what_is_wrong_with_a_line(line: str, wrong: str) -> None:
    said = [complaint(words, main) for words in command_lines(line)]
    assert said[-1].replace("option:", "option").translate({39: "", 46: ""}) == wrong
