"""The icons: one sprite file, `static/img/icons.svg`, and the name of every symbol in it."""

import re
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

SPRITE = "img/icons.svg"


@lru_cache
def icon_names() -> frozenset[str]:
    """The names of the symbols in the sprite."""
    sprite = Path(settings.BASE_DIR) / "static" / SPRITE
    return frozenset(re.findall(r'<symbol id="i-([a-z0-9-]+)"', sprite.read_text()))


@lru_cache
def icon_svg(name: str, size: str = "") -> SafeString:
    """The icon as markup, hidden from screen readers: the words beside it carry the meaning.

    Raises LookupError for a name that isn't in the sprite, since a missing picture shows nothing.
    """
    if name not in icon_names():
        raise LookupError(f"No icon named {name!r} in {SPRITE}.")
    css = f"icon icon--{size}" if size else "icon"
    return format_html(
        '<svg class="{}" viewBox="0 0 20 20" aria-hidden="true"><use href="{}#i-{}"/></svg>',
        css,
        static(SPRITE),
        name,
    )
