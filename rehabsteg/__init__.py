"""The project package: glue that knows every app and that no app imports."""

from rehabsteg.celery import app as celery_app

__all__ = ["celery_app"]
