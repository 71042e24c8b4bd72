"""Pages of a list whose length the page already knows."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet


def pages_of(rows: QuerySet[Any], per_page: int, total: int) -> Paginator:
    """The pages of `rows`, which are `total`: the list isn't counted once more."""
    pages = Paginator(rows, per_page)
    vars(pages)["count"] = total
    return pages
