"""Production: everything that is secret comes from the environment, and weak values are refused."""

from django.core.exceptions import ImproperlyConfigured

from rehabsteg.settings.base import *  # noqa: F403
from rehabsteg.settings.base import env


def secret(name: str) -> str:
    """The secret `name` from the environment; refuses one that is missing or too short to be safe."""
    value = env(name, default="")
    if len(value) < 40 or len(set(value)) < 12:
        raise ImproperlyConfigured(
            f"{name} saknas eller är för svag. Sätt minst 40 slumpade tecken i miljön."
        )
    return value


SECRET_KEY = secret("SECRET_KEY")
SALT_KEY = [secret("SALT_KEY")]
LOOKUP_KEY = secret("LOOKUP_KEY")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS]
DATABASES = {"default": env.db("DATABASE_URL")}
DATABASES["default"]["CONN_MAX_AGE"] = 60
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
REDIS_URL = env("REDIS_URL")
CELERY_BROKER_URL = REDIS_URL
FILES_DIR = env.path("FILES_DIR", default="/data/files")
STATIC_ROOT = env.path("STATIC_ROOT", default="/data/static")

SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = True
# The container's own health check speaks plain http on the inside of the proxy.
SECURE_REDIRECT_EXEMPT = [r"^halsa/$"]
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
# Rate limits count the caller's own address, which the one proxy in front of us passes on.
ALLAUTH_TRUSTED_PROXY_COUNT = 1
SENDS_EMAIL = bool(env("EMAIL_URL", default=""))
vars().update(env.email_url_config(env("EMAIL_URL", default="") or "smtp://localhost:25"))
PUBLIC_URL = env("PUBLIC_URL", default="") or f"https://{ALLOWED_HOSTS[0]}"
DEFAULT_FROM_EMAIL = (
    env("EMAIL_FROM", default="") or f"Rehabsteget <ingen-svarar@{ALLOWED_HOSTS[0]}>"
)
SERVER_EMAIL = DEFAULT_FROM_EMAIL
DEMO = False
