"""The secret of a second factor is never in the database as it is."""

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP

SECRET = "KVARNBYPROVSTEGKVARNBYPROVSTEG22"


def test_the_secret_is_encrypted_at_rest_and_read_back(cast) -> None:
    TOTP.activate(cast.karin, SECRET)
    stored = Authenticator.objects.get(user=cast.karin)
    assert SECRET not in str(stored.data)
    assert get_adapter().decrypt(stored.data["secret"]) == SECRET
