"""The kitchen's table, and a site of its pages alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client
from pytest_django import DjangoDbBlocker
from pytest_django.fixtures import Settings

from safehub.register.accounts.models import Person

from .kitchen import Recipe

MIDDLEWARE = [
    "safehub.foundation.submissions.middleware.PlainRefusals",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "corpus.kitchen_edge.Edge",
]
SETTINGS = {
    "ROOT_URLCONF": "corpus.kitchen",
    "MIDDLEWARE": MIDDLEWARE,
    "SAFEHUB_ACTING_AS": "",
    "SAFEHUB_NAVIGATION": "",
    "SAFEHUB_BANNERS": "",
    "CSRF_FAILURE_VIEW": "safehub.foundation.submissions.views.forged",
    "AUTHENTICATION_BACKENDS": ["django.contrib.auth.backends.ModelBackend"],
    "SECURE_SSL_REDIRECT": False,
    "SESSION_COOKIE_SECURE": False,
    "CSRF_COOKIE_SECURE": False,
}


@pytest.fixture(scope="session")
def kitchen_table(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock():
        if Recipe._meta.db_table not in connection.introspection.table_names():
            with connection.schema_editor() as editor:
                editor.create_model(Recipe)
        yield


@pytest.fixture
def kitchen(
    kitchen_table: None,
    settings: Settings,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """The kitchen's pages are all there are; a folder of data of its own."""
    for name, value in SETTINGS.items():
        setattr(settings, name, value)
    settings.SAFEHUB_HOME = tmp_path_factory.mktemp("home")


@pytest.fixture
def product(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> None:
    """The product's own pages, with a folder of data of its own."""
    settings.SAFEHUB_HOME = tmp_path_factory.mktemp("home")
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def made_person(name: str) -> Person:
    return Person.objects.create(email=f"{name.lower()}@example.org", name=name)


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client
