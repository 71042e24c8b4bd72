"""Tests: the real servers, started by the test session itself (see tests/conftest.py)."""

from rehabsteg.settings.base import *  # noqa: F403
from rehabsteg.settings.base import STATIC_ROOT, env

SECRET_KEY = "test-" + "k" * 60
SALT_KEY = ["test-" + "s" * 60]
LOOKUP_KEY = "test-" + "l" * 60
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
DATABASES = {"default": env.db("DATABASE_URL", default="postgres://rehabsteg_app@/rehabsteg")}
REDIS_URL = env("REDIS_URL", default="redis://127.0.0.1:1/0")
CELERY_BROKER_URL = REDIS_URL
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Argon2 at full strength costs a third of a second per sign-in; the tests sign in thousands of times.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
vars().update(env.email_url_config(env("EMAIL_URL")) if env("EMAIL_URL", default="") else {})
DEMO = True
# Every test client makes the middleware anew: a look at each file in static/ took most of the time.
WHITENOISE_AUTOREFRESH = True
# A folder that isn't there makes WhiteNoise warn, and warnings are errors here.
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
