"""Ten clicks, one object: a form carries a key that was made when it was shown."""

from typing import Any
from uuid import UUID

from django.db import IntegrityError, models, transaction


def create_once(model: type[models.Model], once_key: UUID, **fields: Any) -> tuple[Any, bool]:
    """The object with `once_key`, made now if it isn't there: (object, created).

    The column is unique in the database; whoever comes second, in whatever process, gets the first
    one's object.
    """
    found = model._default_manager.filter(once_key=once_key).first()
    if found:
        return found, False
    try:
        with transaction.atomic():
            return model._default_manager.create(once_key=once_key, **fields), True
    except IntegrityError:
        found = model._default_manager.filter(once_key=once_key).first()
        if found is None:
            raise
        return found, False
