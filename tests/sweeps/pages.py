"""The files of the project, and its documents as they are written: links, blocks, tables."""

from __future__ import annotations

import itertools
import re
import shlex
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import click
from markdown_it import MarkdownIt
from markdown_it.token import Token

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "safehub"

_NOT_OURS = {".git", ".venv", "var", "dist", "__pycache__"}
_LAUNCHED = {"./safehub", "safehub", ".venv/bin/safehub"}
_ASSIGNED = re.compile(r"[A-Z_]+=")
_OPERATORS = set("|&;<>()")


@cache
def files() -> tuple[Path, ...]:
    """Every file that is, or is about to be, kept in the repository."""
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        said = subprocess.run(listing, cwd=ROOT, capture_output=True, check=True).stdout
        found = [ROOT / name for name in said.decode().split("\0") if name]
    except (OSError, subprocess.CalledProcessError):  # no git, or an unpacked archive
        found = [
            path
            for path in ROOT.rglob("*")
            if not any(
                part in _NOT_OURS or part.endswith("_cache")
                for part in path.relative_to(ROOT).parts
            )
        ]
    return tuple(sorted(path for path in found if path.is_file()))


@cache
def documents() -> tuple[Path, ...]:
    """Every Markdown page."""
    return tuple(path for path in files() if path.suffix == ".md")


def named(path: Path) -> str:
    """The name of a file as a failing test shows it."""
    return str(path.relative_to(ROOT))


@cache
def tokens(path: Path) -> tuple[Token, ...]:
    """The page as Markdown has it, with what stands inside of paragraphs spread out."""
    reader = MarkdownIt("commonmark").enable("table")
    spread: list[Token] = []
    for token in reader.parse(path.read_text(encoding="utf-8")):
        spread += [token, *(token.children or [])]
    return tuple(spread)


def links(path: Path) -> list[str]:
    """Where the links and pictures of the page lead."""
    found = [token.attrGet("href") or token.attrGet("src") for token in tokens(path)]
    return [str(target) for target in found if target]


@cache
def anchors(path: Path) -> frozenset[str]:
    """The anchors that the page's headings get where the repository is read."""
    found: list[str] = []
    whole = tokens(path)
    for token, inside in itertools.pairwise(whole):
        if token.type == "heading_open":
            words = re.sub(r"[^\w\- ]", "", inside.content.lower()).replace(" ", "-")
            again = found.count(words)
            found.append(f"{words}-{again}" if again else words)
    return frozenset(found)


def code_spans(path: Path) -> list[str]:
    """What stands in code letters within the page's text."""
    return [token.content for token in tokens(path) if token.type == "code_inline"]


@dataclass(frozen=True)
class Block:
    """A fenced block: the words after its backticks, and what is in it."""

    info: tuple[str, ...]
    text: str

    @property
    def is_shell(self) -> bool:
        return self.info[:1] == ("sh",)

    @property
    def is_run(self) -> bool:
        return self.is_shell and "run" in self.info

    @property
    def file(self) -> str:
        """The file that the block is to be written to, or blank."""
        named_ = [word for word in self.info if word.startswith("file=")]
        return named_[0].removeprefix("file=") if named_ else ""


def blocks(path: Path) -> list[Block]:
    """The fenced blocks of the page, in its order."""
    return [
        Block(tuple(token.info.split()), token.content)
        for token in tokens(path)
        if token.type == "fence"
    ]


def tables(path: Path) -> list[list[list[str]]]:
    """The tables of the page: rows of cells as they are written, headings first."""
    found: list[list[list[str]]] = []
    whole = tokens(path)
    for token, inside in itertools.pairwise(whole):
        if token.type == "table_open":
            found.append([])
        elif token.type == "tr_open":
            found[-1].append([])
        elif token.type in {"th_open", "td_open"}:
            found[-1][-1].append(inside.content)
    return found


def command_lines(text: str) -> Iterator[list[str]]:
    """The words that each call of `safehub` in a shell text hands on."""
    for line in text.replace("\\\n", " ").splitlines():
        lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
        lexer.whitespace_split = True
        words = list(lexer)
        for is_operator, group in itertools.groupby(words, lambda word: set(word) <= _OPERATORS):
            part = [] if is_operator else list(group)
            while part and (_ASSIGNED.match(part[0]) or part[:2] == [".ci/postgres", "run"]):
                part = part[1:] if _ASSIGNED.match(part[0]) else part[2:]
            if part and part[0] in _LAUNCHED:
                yield part[1:]


def complaint(words: list[str], main: click.Command) -> str:
    """What is wrong with a command line: an unknown command or option, a missing word; or blank."""
    if words[:1] == ["test"]:  # the launcher's own
        return ""
    command: click.Command = main
    path = ["safehub"]
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        inner = command.commands.get(words[0])
        if inner is None:
            return f"{' '.join(path)} has no command {words[0]}"
        path.append(words[0])
        command, words = inner, words[1:]
    context = click.Context(command, info_name=" ".join(path))
    try:
        given, _, _ = command.make_parser(context).parse_args(list(words))
    except click.UsageError as error:
        return f"{' '.join(path)}: {error.format_message()}"
    if {"-h", "--help", "--version"} & set(words):
        return ""
    missing = [
        str(parameter.name)
        for parameter in command.params
        if parameter.required and not _is_given(given.get(str(parameter.name)))
    ]
    return f"{' '.join(path)} wants {', '.join(missing)}" if missing else ""


def _is_given(value: object) -> bool:
    """Whether a word stands there; what click puts where none does differs between its versions."""
    return isinstance(value, str | list | tuple) and bool(value)
