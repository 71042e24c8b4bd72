"""The product's own settings for one machine, with its files where the journeys put them.

Real Argon2, real rate limits, real manifest of static files: as near production as plain http allows.
"""

from rehabsteg.settings.dev import *  # noqa: F403
from rehabsteg.settings.dev import env

STATIC_ROOT = env.path("STATIC_ROOT")
FILES_DIR = env.path("FILES_DIR")
# The cast is made by the journeys; nobody is offered on the sign-in page.
DEMO = False
