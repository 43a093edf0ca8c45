"""Settings, all from the environment. docs/operate/settings.md lists every one of them."""

from __future__ import annotations

from safehub.config.environment import Environment

_environment = Environment.read()

SAFEHUB_HOME = _environment.home
UPLOADS = _environment.home / "uploads"

DEBUG = False
SECRET_KEY = _environment.secret_key()
ALLOWED_HOSTS = _environment.allowed_hosts
DATABASES = {"default": _environment.database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.Person"
ROOT_URLCONF = "safehub.site.urls"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "safehub.foundation.trail",
    "safehub.foundation.access",
    "safehub.foundation.outbox",
    "safehub.foundation.clocks",
    "safehub.foundation.govuk",
    "safehub.foundation.submissions",
    "safehub.foundation.disclosure",
    "safehub.register.accounts",
    "safehub.register.agencies",
    "safehub.instruments",
    "safehub.audit.programmes",
    "safehub.audit.sampling",
    "safehub.audit.returns",
    "safehub.audit.meetings",
    "safehub.audit.actions",
    "safehub.audit.reports",
    "safehub.site",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_TZ = True

# No page is served yet; what serves them later starts from these.
SECURE_SSL_REDIRECT = True
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
X_FRAME_OPTIONS = "DENY"
