"""Settings, all from the environment. docs/operate/settings.md lists every one of them."""

from __future__ import annotations

from typing import Any

from csp.constants import NONE, SELF

from safehub.config.environment import Environment
from safehub.foundation.govuk.built import BUILT

_environment = Environment.read()

SAFEHUB_HOME = _environment.home
SAFEHUB_PRODUCTION = _environment.is_production
SAFEHUB_TRAIL_ROOTS = _environment.trail_roots
UPLOADS = _environment.home / "uploads"

# Where people reach it, with no slash at the end; links in e-mails begin with it.
PUBLIC_ADDRESS = _environment.address
MAIL_SERVER = _environment.mail_server
MAIL_FROM = _environment.mail_from

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
    "safehub.foundation.backups",
    "safehub.register.accounts",
    "safehub.register.agencies",
    "safehub.register.people",
    "safehub.instruments",
    "safehub.audit.programmes",
    "safehub.audit.sampling",
    "safehub.audit.returns",
    "safehub.audit.moderation",
    "safehub.audit.coding",
    "safehub.audit.meetings",
    "safehub.audit.actions",
    "safehub.audit.reports",
    "safehub.site",
]
# What reads a tool from a file that is no workbook, by its ending.
TOOL_READERS = dict.fromkeys(
    (".json", ".xml"), "safehub.exchange.fhir_questionnaire.sending.read_upload"
)
# What reads the frame of an audit that is sent in on a page.
FRAME_READER = "safehub.exchange.audit_pack.frame_sending.read_upload"
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "safehub.foundation.govuk.headers.PageHeaders",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "safehub.site.edge.EdgeMiddleware",
    "safehub.foundation.submissions.middleware.PlainRefusals",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "safehub.register.accounts.middleware.SessionLifeMiddleware",
    "safehub.register.accounts.middleware.ViewerMiddleware",
    "safehub.register.accounts.middleware.DoorMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

TEMPLATES: list[dict[str, Any]] = [
    {
        "NAME": "pages",
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "APP_DIRS": True,
        "OPTIONS": {
            "environment": "safehub.foundation.govuk.environment.environment",
            "autoescape": True,
        },
    },
    # For the pages of allauth that have none of ours in their stead.
    {
        "NAME": "django",
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    },
]
# Who fills what stands round each page, as dotted paths (foundation/govuk/shell.py).
SAFEHUB_NAVIGATION = "safehub.site.shell.navigation"
SAFEHUB_ACTING_AS = "safehub.register.accounts.shell.acting_as"
SAFEHUB_BANNERS = "safehub.site.shell.banners"
SAFEHUB_URGENT = "safehub.site.shell.urgent"
SAFEHUB_MATCH_FROM = _environment.match_from
SAFEHUB_POSSIBLE_FROM = _environment.possible_from
SAFEHUB_MATCH_MODEL = _environment.match_model
SAFEHUB_EMERGENCY = _environment.emergency
SAFEHUB_HELP = _environment.help_text

# Built at set-up by the launcher, never collected: each name carries the hash of its content.
STATIC_URL = "/static/"
STATIC_ROOT = BUILT
WHITENOISE_AUTOREFRESH = False
WHITENOISE_USE_FINDERS = False
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/static/.+\.[0-9a-f]{12}\.[a-z]+$"
WHITENOISE_ALLOW_ALL_ORIGINS = False

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_TZ = True

# Plain http is for this machine alone: the environment refuses it for any other address.
SECURE_SSL_REDIRECT = _environment.is_https
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = _environment.is_https
CSRF_COOKIE_SECURE = _environment.is_https
CSRF_FAILURE_VIEW = "safehub.foundation.submissions.views.forged"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
# Nothing inline and nothing from elsewhere; pages need no nonce.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# Signing in. What an account may do hangs on its memberships; docs/operate/sign-on.md has the rest.
SAFEHUB_IDLE_MINUTES = _environment.idle_minutes
SAFEHUB_DEMONSTRATION = _environment.is_demonstration
AUTHENTICATION_BACKENDS = ["safehub.register.accounts.backends.Backend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
]
# A link to a new password holds for an hour.
PASSWORD_RESET_TIMEOUT = 3600
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "account_login"
SESSION_ENGINE = "safehub.register.accounts.sessions.store"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
# Safehub ends a session itself, long before: a row outlives its session only so that what somebody
# typed into a page left open can still be kept for them.
SESSION_COOKIE_AGE = 7 * 24 * 3600
# Rate limits are counted here, by all processes together.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "accounts_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}
ALLAUTH_TRUSTED_PROXY_COUNT = _environment.proxies
ACCOUNT_ADAPTER = "safehub.register.accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
# An invitation goes to the address and comes back from there: that verifies it.
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = True
# Nobody who is unknown here gets an e-mail because somebody else typed their address.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
MFA_ADAPTER = "safehub.register.accounts.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Safehub"
# A telephone may be half a minute off.
MFA_TOTP_TOLERANCE = 1
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
SOCIALACCOUNT_ADAPTER = "safehub.register.accounts.adapters.SignOnAdapter"
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_STORE_TOKENS = False
# A link and not a form: the policy on content lets no form lead to another site.
SOCIALACCOUNT_LOGIN_ON_GET = True
SOCIALACCOUNT_PROVIDERS = (
    {
        "openid_connect": {
            "OAUTH_PKCE_ENABLED": True,
            "APPS": [
                {
                    "provider_id": "sign-on",
                    "name": _environment.sign_on.name,
                    "client_id": _environment.sign_on.client_id,
                    "secret": _environment.sign_on.client_secret,
                    "settings": {
                        "server_url": _environment.sign_on.issuer,
                        "oauth_pkce_enabled": True,
                    },
                }
            ],
        }
    }
    if _environment.sign_on
    else {}
)
