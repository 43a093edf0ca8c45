"""Sixteen at once, on a database of their own: run as a program, prints what came of it as JSON.

    python -m corpus.storm ROUNDS

Each thread has its own connection, as each worker of a server has. The database is the one that
the settings name, and must be empty.
"""

from __future__ import annotations

import json
import logging
import sys
import threading
from collections.abc import Callable
from functools import partial
from typing import Any

THREADS = 16


def main(rounds: int) -> None:
    _start()
    from corpus import kitchen
    from corpus.kitchen_fixtures import made_person

    person = made_person("Asha")
    results: dict[str, list[Any]] = {"press": [], "crash": [], "edit": []}
    for _ in range(rounds):
        for name, run in (("press", _press), ("crash", _crash), ("edit", _edit)):
            kitchen.Recipe.objects.all().delete()
            results[name].append(run(kitchen, person))
    sys.stdout.write(json.dumps(results))


def _start() -> None:
    import django
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection

    django.setup()
    from corpus.kitchen import Recipe
    from corpus.kitchen_fixtures import SETTINGS

    for name, value in SETTINGS.items():
        setattr(settings, name, value)
    settings.ALLOWED_HOSTS = ["testserver"]
    logging.disable(logging.CRITICAL)
    call_command("migrate", interactive=False, verbosity=0)
    with connection.schema_editor() as editor:
        editor.create_model(Recipe)


def _at_once(calls: list[Callable[[], Any]]) -> list[Any]:
    """What each call gives; all start at the same moment."""
    from django.db import connection

    barrier = threading.Barrier(len(calls))
    found: list[Any] = [None] * len(calls)

    def run(place: int, call: Callable[[], Any]) -> None:
        try:
            barrier.wait()
            found[place] = call()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def _clients(person: Any) -> list[Any]:
    """One session, sixteen windows."""
    from django.test import Client

    first = Client(raise_request_exception=False)
    first.force_login(person)
    clients = [first]
    for _ in range(THREADS - 1):
        other = Client(raise_request_exception=False)
        other.cookies = first.cookies
        clients.append(other)
    return clients


def _press(kitchen: Any, person: Any) -> dict[str, Any]:
    from corpus.pages import hidden_in

    clients = _clients(person)
    sent = {**kitchen.SINK, **hidden_in(clients[0].get("/sink/"))}
    answers = _at_once([partial(client.post, "/sink/", sent) for client in clients])
    return {
        "statuses": [answer.status_code for answer in answers],
        "led_to": sorted({answer.get("Location", "") for answer in answers}),
        "done": [f"/cooked/?made={recipe.pk}" for recipe in kitchen.Recipe.objects.all()],
    }


def _crash(kitchen: Any, person: Any) -> dict[str, Any]:
    """The first one to do it fails when it is done, and so has done nothing."""
    from corpus.pages import hidden_in

    first = threading.Lock()
    cook = kitchen.cook

    def failing_once(data: dict[str, Any]) -> Any:
        made = cook(data)
        if first.acquire(blocking=False):
            raise RuntimeError("a fault of ours")
        return made

    clients = _clients(person)
    sent = {**kitchen.SINK, **hidden_in(clients[0].get("/sink/"))}
    kitchen.cook = failing_once
    try:
        answers = _at_once([partial(client.post, "/sink/", sent) for client in clients])
    finally:
        kitchen.cook = cook
    return {
        "statuses": sorted(answer.status_code for answer in answers),
        "done": kitchen.Recipe.objects.count(),
    }


def _edit(kitchen: Any, person: Any) -> dict[str, Any]:
    from corpus.pages import hidden_in

    recipe = kitchen.Recipe.objects.create(title="Soup")
    path = kitchen.address_of(recipe)
    clients = _clients(person)
    same = {"story": "", "kind": "soup", "portions": "1"}
    forms = [
        {**same, "title": f"Soup {place}", **hidden_in(client.get(path))}
        for place, client in enumerate(clients)
    ]
    answers = _at_once(
        [partial(client.post, path, form) for client, form in zip(clients, forms, strict=True)]
    )
    now = kitchen.Recipe.objects.get()
    statuses = [answer.status_code for answer in answers]
    return {
        "statuses": sorted(statuses),
        "title": now.title,
        "saved": [
            form["title"] for form, status in zip(forms, statuses, strict=True) if status == 302
        ],
        "version": now.version,
    }


if __name__ == "__main__":
    main(int(sys.argv[1]))
