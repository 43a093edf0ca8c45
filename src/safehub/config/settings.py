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

INSTALLED_APPS = [
    "safehub.register.agencies",
    "safehub.instruments",
    "safehub.audit.programmes",
    "safehub.audit.sampling",
    "safehub.audit.returns",
    "safehub.audit.meetings",
    "safehub.audit.actions",
    "safehub.audit.reports",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
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
