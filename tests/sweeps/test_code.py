"""The rules of the house that no other tool holds, read off the source itself."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from .pages import SOURCE, named

MODULES = sorted(path for path in SOURCE.rglob("*.py") if "migrations" not in path.parts)
COMMANDS = [path for path in MODULES if path.name == "commands.py"]

READS_ROWS = {"commands.py", "queries.py", "models.py"}
MANAGERS = {"objects", "_default_manager", "_base_manager"}
# Each of these is one transaction by Django's own promise.
WRITES = {
    "create",
    "bulk_create",
    "get_or_create",
    "update_or_create",
    "update",
    "bulk_update",
    "delete",
    "save",
}
# Where a fault of ours is turned into a sentence for people; nowhere else may one be caught whole.
EDGES = {
    SOURCE / "cli" / "__init__.py",
    # Jobs, chores and holds are any app's code; a worker outlives the fault of each.
    SOURCE / "foundation" / "outbox" / "working.py",
    SOURCE / "foundation" / "outbox" / "sending.py",
}
# Names that say nothing of the field.
EMPTY_NAMES = {"utils", "helpers", "common", "misc", "base", "services", "managers"}


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def _functions(path: Path) -> Iterator[ast.FunctionDef]:
    """The functions at the top of a module: commands are no methods."""
    yield from (node for node in _tree(path).body if isinstance(node, ast.FunctionDef))


def _is_public(function: ast.FunctionDef) -> bool:
    return not function.name.startswith("_")


def _writes(function: ast.FunctionDef) -> list[str]:
    """The calls that change rows, by their names."""
    return [
        node.func.attr
        for node in ast.walk(function)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in WRITES
    ]


def _is_atomic(function: ast.FunctionDef) -> bool:
    return any(
        ast.unparse(decorator).startswith("transaction.atomic")
        for decorator in function.decorator_list
    )


def test_there_are_commands_and_modules() -> None:
    assert len(COMMANDS) >= 8
    assert len(MODULES) > 80


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_only_commands_and_queries_touch_rows(path: Path) -> None:
    touched = [
        f"line {node.lineno}"
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.Attribute) and node.attr in MANAGERS
    ]
    # A module that grew becomes a package of the same name.
    assert not touched or {path.name, f"{path.parent.name}.py"} & READS_ROWS


@pytest.mark.parametrize("path", [p for p in MODULES if p.name == "queries.py"], ids=named)
def test_queries_change_nothing(path: Path) -> None:
    assert not [(f.name, _writes(f)) for f in _functions(path) if _writes(f)]


@pytest.mark.parametrize("path", COMMANDS, ids=named)
def test_commands_take_keywords_only(path: Path) -> None:
    wrong = [
        function.name
        for function in _functions(path)
        if _is_public(function) and _writes(function)
        if function.args.args or function.args.posonlyargs or function.args.vararg
    ]
    assert not wrong


@pytest.mark.parametrize("path", COMMANDS, ids=named)
def test_commands_are_atomic_or_make_one_write(path: Path) -> None:
    """A command with one write and no loop is atomic already; any other says so."""
    wrong = []
    for function in _functions(path):
        if not _is_public(function) or _is_atomic(function):
            continue
        loops = any(isinstance(node, ast.For | ast.While) for node in ast.walk(function))
        if len(_writes(function)) > 1 or (loops and _writes(function)):
            wrong.append(function.name)
    assert not wrong


@pytest.mark.parametrize("path", COMMANDS, ids=named)
def test_what_writes_for_a_command_is_called_by_atomic_ones_only(path: Path) -> None:
    """A private part of a command may write, where every public caller is atomic."""
    functions = {function.name: function for function in _functions(path)}
    writing = {name for name, f in functions.items() if not _is_public(f) and _writes(f)}
    wrong = [
        (name, called)
        for name, function in functions.items()
        if _is_public(function) and not _is_atomic(function)
        for called in writing & {n.id for n in ast.walk(function) if isinstance(n, ast.Name)}
    ]
    assert not wrong


@pytest.mark.parametrize("path", [p for p in MODULES if p not in EDGES], ids=named)
def test_nothing_is_swallowed_whole(path: Path) -> None:
    """No `except Exception` that does not raise again, nor a suppress: every fault must show."""
    broad = {"Exception", "BaseException"}
    caught = [
        node.lineno
        for node in ast.walk(_tree(path))
        if (isinstance(node, ast.ExceptHandler) and _catches(node, broad))
        or (
            isinstance(node, ast.Call)
            and ast.unparse(node.func).endswith("suppress")
            and any(_names(argument) & broad for argument in node.args)
        )
    ]
    assert not caught


def _catches(handler: ast.ExceptHandler, broad: set[str]) -> bool:
    """Whether it takes everything and does not raise it again."""
    raises = any(isinstance(node, ast.Raise) and not node.exc for node in handler.body)
    return (not handler.type or bool(_names(handler.type) & broad)) and not raises


def _names(node: ast.AST) -> set[str]:
    return {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)}


def test_folders_and_modules_have_names_of_the_field() -> None:
    names = {part for path in MODULES for part in path.relative_to(SOURCE).with_suffix("").parts}
    assert not names & EMPTY_NAMES


def test_every_refusal_of_a_step_says_what_is_recorded() -> None:
    """Nobody is refused without a trace: `NotAllowed` is raised with its refusal.

    But for a command of which it is not known yet who types it.
    """
    nameless = {"cli/acting.py"}
    found = {
        str(path.relative_to(SOURCE))
        for path in MODULES
        if "raise NotAllowed(" in path.read_text(encoding="utf-8")
    }
    assert found == nameless
