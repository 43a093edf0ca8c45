"""Every model field has a class and a retention, and every command leaves an event."""

from __future__ import annotations

import ast

import pytest
from django.apps import apps
from django.db.models import Model

from safehub.foundation.declarations import declared

from .pages import SOURCE, named
from .test_code import COMMANDS, _functions, _is_public, _tree, _writes

OURS = [
    model
    for config in apps.get_app_configs()
    if config.name.startswith("safehub.")
    for model in config.get_models(include_auto_created=True)
]
OTHERS = [
    model
    for config in apps.get_app_configs()
    if not config.name.startswith("safehub.")
    for model in config.get_models(include_auto_created=True)
]


def _label(model: type[Model]) -> str:
    return model._meta.label_lower


@pytest.mark.parametrize("model", [*OURS, *OTHERS], ids=_label)
def test_every_field_has_a_class_and_a_retention(model: type[Model]) -> None:
    rules = declared().fields
    label = model._meta.app_label
    missing = [
        field.name
        for field in model._meta.local_fields
        if f"{label}.{model._meta.model_name}.{field.name}" not in rules
    ]
    assert not missing
    kept = [
        rules[f"{label}.{model._meta.model_name}.{field.name}"].retention
        for field in model._meta.local_fields
    ]
    assert all(kept)


@pytest.mark.parametrize("model", OURS, ids=_label)
def test_every_model_is_a_kind_or_a_part_or_says_why_not(model: type[Model]) -> None:
    found = declared()
    label = _label(model)
    assert label in found.kinds or label in found.parts or label.split(".")[0] in ENGINES


# Rows of the engines themselves, which hold no case: each is reached through its engine alone.
ENGINES = {"trail", "outbox", "clocks", "submissions", "disclosure", "accounts", "agencies"}


def test_declared_fields_exist() -> None:
    stale = []
    for name in declared().fields:
        label, model, field = name.split(".")
        try:
            apps.get_model(label, model)._meta.get_field(field)
        except LookupError:
            stale.append(name)
        except Exception as error:  # noqa: BLE001 - FieldDoesNotExist is no LookupError
            stale.append(f"{name}: {type(error).__name__}")
    assert not stale


def test_every_kind_can_be_opened_by_an_action_of_its_own() -> None:
    found = declared()
    for kind in found.kinds.values():
        assert kind.see in found.actions
        assert found.actions[kind.see].kind == kind.code
        assert found.actions[kind.see].is_read
    for part, whole in found.parts.items():
        assert part not in found.kinds
        assert not whole or whole in found.kinds, part


@pytest.mark.parametrize("path", COMMANDS, ids=named)
def test_every_command_leaves_a_trail_event(path: object) -> None:
    """A public command that writes calls `record`, itself or through another command that does."""
    assert isinstance(path, type(SOURCE))
    functions = {function.name: function for function in _functions(path)}
    recording = {
        name
        for name, function in functions.items()
        if any(
            isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in RECORDS
            for node in ast.walk(function)
        )
    }
    for _ in functions:
        recording |= {
            name
            for name, function in functions.items()
            if {n.id for n in ast.walk(function) if isinstance(n, ast.Name)} & recording
        }
    silent = [
        name
        for name, function in functions.items()
        if _is_public(function) and _writes(function) and name not in recording
        if f"{path.parent.name}.{name}" not in SILENT
    ]
    assert not silent


RECORDS = {"record", "noted", "record_refusal", "write", "raise_alert"}
MACHINE = "the machine's own bookkeeping: the row is its record, and nobody did it"
SIGNAL = "the signal of signing in or out records it"
OWN_TEXT = "somebody's own unsent text; what is sent is recorded by the act itself"
# Commands that write and leave no event, each for its reason.
SILENT: dict[str, str] = {
    **dict.fromkeys(
        (
            f"delivery.{name}"
            for name in (
                "lease_due",
                "mark_sent",
                "mark_failed",
                "run_job",
                "give_back",
                "beat",
                "stop_beating",
                "sweep_stuck",
                "purge_finished",
            )
        ),
        MACHINE,
    ),
    **dict.fromkeys((f"submissions.{name}" for name in ("claim", "conclude")), "part of the act"),
    **dict.fromkeys((f"submissions.{name}" for name in ("keep_draft", "discard_draft")), OWN_TEXT),
    "submissions.purge": MACHINE,
    "credentials.remove_second_factors": "beginning an account anew records it",
    "sign_on.forget_sign_on": "beginning an account anew records it",
    "demonstration.sign_in_by_link": SIGNAL,
    "sessions.end_this": SIGNAL,
    "sessions.note_seen": MACHINE,
    "sessions.forget_what_has_run_out": MACHINE,
    "sign_on.person_signed_on": SIGNAL,
}


def test_silent_commands_are_there() -> None:
    """An exception that is no longer needed goes."""
    there = {
        f"{path.parent.name}.{function.name}" for path in COMMANDS for function in _functions(path)
    }
    assert not [name for name in SILENT if name not in there]


def test_the_trail_of_a_command_names_events_that_exist() -> None:
    events = declared().events
    said = [
        (named(path), node.args[0].value)
        for path in COMMANDS
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in ("record", "trail.record", "noted")
        and node.args
        and isinstance(node.args[0], ast.Constant)
    ]
    assert not [one for one in said if one[1] not in events]
