"""Sign-in as we want it: nobody signs up, links are made on the provider's verified e-mail only."""

import base64
import hashlib

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from cryptography.fernet import Fernet
from django.conf import settings
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by an administrator."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """Officials come by OIDC from a broker; only those who have an account get in."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Never."""
        return False


class MfaAdapter(DefaultMFAAdapter):
    """Secrets of the second factor are encrypted at rest, with a key of their own."""

    def encrypt(self, text: str) -> str:
        """Ciphertext of a secret."""
        return _second_factor_key().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The secret. Raises `cryptography.fernet.InvalidToken` when the keys have changed."""
        return _second_factor_key().decrypt(encrypted_text.encode()).decode()


def _second_factor_key() -> Fernet:
    material = f"second-factor:{settings.SECRET_KEY}:{settings.SALT_KEY[0]}"
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(material.encode()).digest()))
