"""What is the same everywhere. dev, test and prod say only how they differ.

The database is always reached as the *application role*, which owns nothing and cannot pass
row-level security. Migrations run as the *owner role* (`DATABASE_OWNER_URL`), see
`accounts/management/commands/prepare_database.py`.
"""

import json
from pathlib import Path
from urllib.parse import urlsplit

import environ
from celery.schedules import crontab

BASE_DIR = Path(__file__).resolve().parent.parent.parent
VAR_DIR = BASE_DIR / "var"

env = environ.Env()

DEBUG = False
ROOT_URLCONF = "rehabsteg.urls"
WSGI_APPLICATION = "rehabsteg.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.User"

INSTALLED_APPS = [
    "core",
    "accounts",
    "programmes",
    "participants",
    "referrals",
    "activities",
    "reporting",
    "rehabsteg",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "crispy_forms",
    "django_htmx",
    "pgtrigger",
    "rules.apps.AutodiscoverRulesConfig",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    # Before anything reads what was sent.
    "rehabsteg.middleware.TooLargeMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    # Innermost of those that matter: opens the transaction around view and rendering and binds it.
    "rehabsteg.middleware.IdleLimitMiddleware",
    "rehabsteg.middleware.BoundTransactionMiddleware",
    "rehabsteg.middleware.DenyByDefaultMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "rehabsteg.context_processors.shell",
            ],
            "builtins": ["core.templatetags.rehabsteg"],
        },
    }
]

# Database: PostgreSQL only. No persistent server-side cursors: they do not survive transaction pooling.
DATABASES: dict[str, dict] = {}
DISABLE_SERVER_SIDE_CURSORS = True

# Rate limits and short-lived data. In the database, so that a stopped Redis never stops a sign-in.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "core_cache",
    }
}

# People and sessions
AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
SESSION_COOKIE_AGE = 60 * 60 * 8
SESSION_IDLE_SECONDS = 60 * 45
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "rehabsteg.views.csrf_failure"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "rehabsteg.adapters.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "rehabsteg.adapters.SocialAccountAdapter"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_CHANGE_EMAIL = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    "reauthenticate": "10/m/user",
    "change_password": "5/m/user",
    "reset_password": "20/m/ip,5/m/key",
}
MFA_ADAPTER = "rehabsteg.adapters.MfaAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Rehabsteget"
MFA_TOTP_TOLERANCE = 1
# Nobody signs up: the administrator who made the account has vouched for the address.
MFA_ALLOW_UNVERIFIED_EMAIL = True
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_PROVIDERS: dict[str, dict] = {
    "openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": []},
}
if env("OIDC_SERVER_URL", default=""):
    SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"] = [
        {
            "provider_id": "tjanste-id",
            "name": env("OIDC_NAME", default="Tjänste-id"),
            "client_id": env("OIDC_CLIENT_ID"),
            "secret": env("OIDC_CLIENT_SECRET"),
            "settings": {"server_url": env("OIDC_SERVER_URL")},
        }
    ]

# Language and time
LANGUAGE_CODE = "sv"
LANGUAGES = [("sv", "Svenska")]
TIME_ZONE = "Europe/Stockholm"
USE_I18N = True
USE_TZ = True

# Forms
CRISPY_ALLOWED_TEMPLATE_PACKS = ("rehabsteg",)
CRISPY_TEMPLATE_PACK = "rehabsteg"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# Static files: our own, plus the installed front-end packages named in package.json.
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [
    BASE_DIR / "static",
    ("fonts/source-sans-3", BASE_DIR / "node_modules" / "@fontsource" / "source-sans-3"),
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# Files the product makes or receives. Outside the web root, random names, offered only through a view.
FILES_DIR = env.path("FILES_DIR", default=str(VAR_DIR / "files"))

# ClamAV's server looks at every file that is sent to us, where there is one: tcp://host:3310 or
# unix:///path. When it doesn't answer, no file is taken.
CLAMD_URL = env("CLAMD_URL", default="")
CLAMD_TIMEOUT_SECONDS = env.float("CLAMD_TIMEOUT_SECONDS", default=20.0)

# Content security: nothing inline, nothing from elsewhere.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "manifest-src": ["'self'"],
    }
}
if env("OIDC_SERVER_URL", default=""):
    # The button on the sign-in page posts to us, and browsers hold its redirect to the same rule.
    CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"].append(
        "{0.scheme}://{0.netloc}".format(urlsplit(env("OIDC_SERVER_URL")))
    )
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
DATA_UPLOAD_MAX_NUMBER_FILES = 4
# A whole request, files and all. The proxy in docker-compose.yml has the same limit.
REQUEST_MAX_BYTES = DATA_UPLOAD_MAX_MEMORY_SIZE

# E-mail: sent by the worker only, which must not be held up by a mail server that hangs.
EMAIL_TIMEOUT = 15
DEFAULT_FROM_EMAIL = env("EMAIL_FROM", default="Rehabsteget <ingen-svarar@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# Where an answer goes; blank: nowhere.
EMAIL_REPLY_TO = env("EMAIL_REPLY_TO", default="")
# Without a mail server there are notices inside the product, and no e-mail is written.
SENDS_EMAIL = True
# The address that links in e-mails begin with.
PUBLIC_URL = env("PUBLIC_URL", default="http://localhost:8000")
# Days of the steps of a reminder, instead of the product's own: {"decision": [0, 3]}.
# The names and the usual days: referrals/rules/reminders.py.
REMINDER_DAYS = json.loads(env("REMINDER_DAYS", default="") or "{}")

# Celery: only wakes the worker (see reporting/services/jobs.py). Settings that survived killed workers.
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 900,
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,
    # A stopped Redis must not hold up the request that tries to wake the worker.
    "socket_connect_timeout": 1,
    "socket_timeout": 5,
}
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE = {
    "remove-expired-drafts": {
        "task": "referrals.tasks.remove_expired_drafts",
        "schedule": crontab(hour=4, minute=20),
        "options": {"expires": 60 * 60 * 12},
    },
    "sweep-reminders": {
        "task": "referrals.tasks.sweep_reminders",
        "schedule": 60.0,
        "options": {"expires": 55},
    },
    "sweep-emails": {
        "task": "accounts.tasks.sweep_emails",
        "schedule": 60.0,
        "options": {"expires": 55},
    },
    "sweep-attachments": {
        "task": "referrals.tasks.sweep_attachments",
        "schedule": 3600.0,
        "options": {"expires": 3000},
    },
    "sweep-jobs": {
        "task": "reporting.tasks.sweep_jobs",
        "schedule": 10.0,
        "options": {"expires": 9},
    },
    "sweep-forecasts": {
        "task": "activities.tasks.sweep_forecasts",
        "schedule": 300.0,
        "options": {"expires": 290},
    },
}

# Days an untouched draft of a remiss is kept, and how long before that the list warns.
DRAFT_DAYS = env.int("DRAFT_DAYS", default=30)
DRAFT_WARNING_DAYS = env.int("DRAFT_WARNING_DAYS", default=7)

# Counts below this are never shown outside the programme.
SUPPRESSION_THRESHOLD = env.int("SUPPRESSION_THRESHOLD", default=5)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"scrub": {"()": "core.logging.ScrubPersonalNumbers"}},
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "plain", "filters": ["scrub"]}
    },
    # They tell of every step and every letter.
    "loggers": {"weasyprint": {"level": "WARNING"}, "fontTools": {"level": "WARNING"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
}
