"""The foundation: no tables, knows no domain word."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Formatting, form fields, states, row secrecy and the template library."""

    name = "core"
    verbose_name = "Grunden"
