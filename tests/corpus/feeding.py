"""Feeding one case to one open form, and telling what is wrong with the answer."""

from __future__ import annotations

import copy
import html
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from django import forms
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, models, transaction
from django.test import Client

from corpus.kitchen import Recipe
from corpus.opened import Opened, Registered
from corpus.pages import hidden_in
from corpus.reading import Case
from safehub.foundation.govuk.forms import DateField

Data = dict[str, Any]

TAKEN, REFUSED = {302}, {422}
# A refusal may write these: what was typed, who was there, that it was refused.
_NOT_COUNTED = ("submissions_draft", "django_session", "usersessions_", "trail_", "accounts_cache")


def kind_of(field: forms.Field) -> str:
    """The kind of case that is fed to a field."""
    if isinstance(field, DateField):
        return "date"
    if isinstance(field, forms.FileField):
        return "file"
    if isinstance(field, forms.JSONField):
        return "answer of a device"
    if isinstance(field, forms.MultipleChoiceField):
        return "many"
    if isinstance(field, forms.ChoiceField):
        return "choice"
    if isinstance(field, forms.BooleanField):
        return "tick"
    if isinstance(field, forms.IntegerField):
        return "number"
    if isinstance(field.widget, forms.PasswordInput):
        return "password"
    return "email" if isinstance(field.widget, forms.EmailInput) else "text"


@contextmanager
def undone(client: Client) -> Iterator[None]:
    """Whatever the block does to the database is undone after it, and to the client's cookies."""
    cookies = copy.deepcopy(client.cookies)
    block = transaction.atomic()
    # So that what must be the outermost transaction may be within it, as within a test's own.
    block._from_testcase = True  # type: ignore[attr-defined]
    with block:
        yield
        transaction.set_rollback(True)
    client.cookies = cookies


@cache
def _counting() -> str:
    """One query that counts the rows of each table that a refused form must leave alone."""
    found: list[type[models.Model]] = [*apps.get_models(), Recipe]
    tables = {model._meta.db_table for model in found if model._meta.managed}
    counted = sorted(
        table
        for table in tables & set(connection.introspection.table_names())
        if not table.startswith(_NOT_COUNTED)
    )
    names = [connection.ops.quote_name(table) for table in counted]
    return "SELECT " + ", ".join(f"(SELECT count(*) FROM {name})" for name in names)  # noqa: S608


def row_counts() -> tuple[int, ...]:
    """How many rows there are, table by table."""
    with connection.cursor() as cursor:
        cursor.execute(_counting())
        return tuple(cursor.fetchone())


def text_in(answer: Any) -> str:
    """What a person reads in the page, and what stands in its boxes."""
    return html.unescape(answer.content.decode("utf-8", "replace"))


def faults_of(answer: Any, expected: set[int], where: str) -> list[str]:
    """What is wrong with any answer to bad input, whatever else is expected of it."""
    found = []
    if answer.status_code not in expected:
        found.append(f"{where}: answered {answer.status_code}, not {sorted(expected)}")
    text = answer.content.decode("utf-8", "replace")
    if "Traceback" in text or "site-packages" in text:
        found.append(f"{where}: shows a stack trace")
    if "<script>alert" in text or "<img src=x onerror" in text:
        found.append(f"{where}: shows markup that was put in as markup")
    return found


def feed_value(registered: Registered, opened: Opened, hidden: Data, case: Case) -> list[str]:
    """Put the value of the case into each field of its kind in turn."""
    found = []
    for name, field in opened.form.fields.items():
        if kind_of(field) != case.kind or field.disabled:
            continue
        data = {**opened.data, **hidden, **_as_sent(name, case)}
        expected = _expected(registered, field, case)
        found += _posted(registered, opened, data, expected, f"{case} in {name}", _shown(case))
    return found


def _as_sent(name: str, case: Case) -> Data:
    put = case.put
    if case.kind == "date":
        return {f"{name}-{part}": words for part, words in put.items()}
    if case.kind == "file" and isinstance(put, dict):
        content = bytes.fromhex(put["content"])
        return {name: SimpleUploadedFile("x", content, put["type"]), "__name": put["name"]}
    return {name: put}


def _shown(case: Case) -> list[str]:
    """What a refused page must still show of what was typed."""
    if case.kind == "date":
        return [str(words).strip() for words in case.put.values()]
    return [case.put] if case.kind in ("text", "email", "number") else []


def _expected(registered: Registered, field: forms.Field, case: Case) -> set[int]:
    either = TAKEN | REFUSED
    if case.expect == "either" or _is_real_choice(field, case):
        return either
    if case.expect == "refused":
        return REFUSED
    if case.kind == "text":
        put = case.put.strip() if getattr(field, "strip", True) else case.put
        put = put.replace("\r\n", "\n")
        longest = getattr(field, "max_length", None)
        if (not put and field.required) or (longest and len(put) > longest):
            return REFUSED
    elif case.expect == "refused_if_required" and field.required:
        return REFUSED
    return TAKEN if registered.is_strict else either


def _is_real_choice(field: forms.Field, case: Case) -> bool:
    """A stored value such as `1` may by chance be the key of a record that is there to choose."""
    if not isinstance(field, forms.ChoiceField):
        return False
    choices: Any = field.choices
    return case.put in [str(value) for value, _ in choices if value]


def _posted(
    registered: Registered,
    opened: Opened,
    data: Data,
    expected: set[int],
    where: str,
    shown: list[str],
) -> list[str]:
    before = row_counts()
    file_name = data.pop("__name", None)
    if file_name is not None:
        for value in data.values():
            if isinstance(value, SimpleUploadedFile):
                # Past the check of Django's own class, which a browser does not make.
                value._name = file_name  # type: ignore[attr-defined]
    with undone(opened.client):
        answer = opened.client.post(opened.address, data)
        found = faults_of(answer, expected, where)
        if answer.status_code == 302 and not found:
            next_page = opened.client.get(answer["Location"])
            found += faults_of(next_page, {200, 302}, f"{where}, then")
        elif answer.status_code != 302:
            if row_counts() != before:
                found.append(f"{where}: refused, and rows were changed")
            text = text_in(answer) if shown else ""
            found += [
                f"{where}: what was typed is gone"
                for words in shown
                if words.strip() and not _stands_in(words, text)
            ]
    return found


def _stands_in(words: str, text: str) -> bool:
    """In a box for text a line break is one, however it was sent."""
    sought, shown = (one.replace("\r\n", "\n") for one in (words.strip(), text))
    return sought in shown or html.unescape(sought) in shown


def feed_form(registered: Registered, opened: Opened, hidden: Data, case: Case) -> list[str]:
    """Tamper with the form as a whole."""
    if not registered.has_token and _is_of_token(case):
        return []
    expected = set(case.expect) | (set() if registered.is_strict else {422} & _mild(case))
    expected |= _away(registered)
    if "form_original" not in hidden:
        expected -= {409}
    found = []
    for where, data in tampered(opened, hidden, case):
        found += _posted(registered, opened, data, expected, f"{case} {where}".strip(), [])
    return found


def _away(registered: Registered) -> set[int]:
    return TAKEN if registered.leads_away else set()


def _is_of_token(case: Case) -> bool:
    return case.name.startswith(("form_token", "form_without", "form_original", "form_action"))


def _mild(case: Case) -> set[int]:
    return {422} if 302 in case.expect else set()


def tampered(opened: Opened, hidden: Data, case: Case) -> Iterator[tuple[str, Data]]:
    """What is sent instead, with where it differs."""
    whole, what = {**opened.data, **hidden}, case.part("what")
    match case.stored["do"]:
        case "only":
            yield "", {name: whole[name] for name in what if name in whole}
        case "drop":
            yield "", {name: value for name, value in whole.items() if name not in what}
        case "set":
            long = case.stored.get("long_name", 0)
            yield "", {**whole, **({"x" * long: "x"} if long else what)}
        case "repeat":
            yield "", {**whole, **{name: [whole[name], more] for name, more in what.items()}}
        case "fields":
            yield "", {**whole, **{f"f{n}": "x" for n in range(case.stored["count"])}}
        case each:
            yield from _each(each, opened, whole)


def _each(how: str, opened: Opened, whole: Data) -> Iterator[tuple[str, Data]]:
    """One field after the other is tampered with."""
    for name in list(opened.data):
        rest = {other: value for other, value in whole.items() if other != name}
        required = name in opened.form.fields and opened.form.fields[name].required
        match how:
            case "drop_each_required" if required:
                yield name, rest
            case "blank_each_required" if required:
                yield name, {**rest, name: ""}
            case "repeat_each":
                yield name, {**rest, name: [whole[name], whole[name], "\u202eother"]}
            case "brackets_each":
                yield name, {**rest, f"{name}[]": whole[name]}
            case "capitalise_each":
                yield name, {**rest, name.upper(): whole[name]}
            case "nul_each":
                yield name, {**rest, name: "a\0b"}
            case "long_each":
                yield name, {**rest, name: "x" * 200_000}
            case "script_each":
                yield name, {**rest, name: "<script>alert(1)</script>"}
            case "file_each":
                yield name, {**rest, name: SimpleUploadedFile("a.txt", b"abc")}
            case _:
                continue


def feed_request(registered: Registered, opened: Opened, case: Case) -> list[str]:
    """Ask for the form's page in a way that no browser would."""
    type_, body = case.part("type"), case.part("body", "")
    headers = dict(case.part("headers", {}))
    if cookie := case.part("cookie"):
        own = opened.client.cookies.output(header="", sep=";").strip()
        headers["HTTP_COOKIE"] = f"{own}; {cookie}" if own else cookie
    path = opened.address + (case.part("path") or "")
    method = case.part("method", "POST")
    with undone(opened.client):
        answer = opened.client.generic(
            method, path, body, type_ if type_ is not None else "text/html", **headers
        )
        return faults_of(answer, {*case.expect, *_away(registered)}, str(case))


def hidden_of(opened: Opened) -> Data:
    """What the open page carries besides its fields."""
    answer = opened.client.get(opened.address)
    assert answer.status_code == 200, f"{opened.address} answers {answer.status_code}"
    return dict(hidden_in(answer))
