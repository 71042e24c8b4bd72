"""Settings for `make run` on one's own machine: the servers the launcher started, keys from var/.

The launcher writes `var/env` (KEY=value lines), so that `manage.py` works while the product is up
with nothing set in the environment. A variable that is set in the environment wins.
"""

from rehabsteg.settings.base import *  # noqa: F403
from rehabsteg.settings.base import VAR_DIR, env

env_file = VAR_DIR / "env"
if env_file.exists():
    env.read_env(str(env_file), overwrite=False)

DEBUG = False
SECRET_KEY = env("SECRET_KEY", default="only-for-commands-that-need-no-key-" + "x" * 32)
SALT_KEY = [env("SALT_KEY", default="only-for-commands-that-need-no-key")]
LOOKUP_KEY = env("LOOKUP_KEY", default="only-for-commands-that-need-no-key")
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", *env.list("ALLOWED_HOSTS", default=[])]
DATABASES = {"default": env.db("DATABASE_URL", default="postgres://rehabsteg_app@/rehabsteg")}
REDIS_URL = env("REDIS_URL", default="redis://127.0.0.1:6379/0")
CELERY_BROKER_URL = REDIS_URL
# Every e-mail becomes a file, unless EMAIL_URL names a mail server.
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = VAR_DIR / "mail"
vars().update(env.email_url_config(env("EMAIL_URL")) if env("EMAIL_URL", default="") else {})
PUBLIC_URL = env("PUBLIC_URL", default="http://localhost:8000")
DEFAULT_FROM_EMAIL = env("EMAIL_FROM", default="Rehabsteget <ingen-svarar@kvarnby.example>")
DEMO = True
