"""Sign-in as we want it: nobody signs up, links are made on the provider's verified e-mail only."""

import base64
import hashlib
import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from cryptography.fernet import Fernet
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest

NO_MAIL = "Det går inte att skicka mejl just nu. Försök igen om en stund."
logger = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by an administrator."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """A link or a receipt, at once: it holds a secret, so it is never kept as a row.

        A mail server that is away gives a sentence, never an error page.
        """
        try:
            super().send_mail(template_prefix, email, context)
        except OSError as error:
            logger.error(
                "Mejlet %s gick inte att skicka: %s", template_prefix, type(error).__name__
            )
            messages.error(self.request, NO_MAIL)


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
