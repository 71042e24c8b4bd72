"""The product itself as a Django app: commands that know every part (the demo municipality)."""

from django.apps import AppConfig


class RehabstegConfig(AppConfig):
    """Holds no tables."""

    name = "rehabsteg"
    verbose_name = "Rehabsteget"
