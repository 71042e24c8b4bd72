"""Finding an encrypted value again: a keyed hash beside the ciphertext."""

import hashlib
import hmac

from django.conf import settings


def lookup_hash(value: str) -> str | None:
    """A keyed hash of a normalised identifier; None for blank, so that blank never matches."""
    if not value.strip():
        return None
    key = settings.LOOKUP_KEY.encode()
    return hmac.new(key, value.strip().encode(), hashlib.sha256).hexdigest()
