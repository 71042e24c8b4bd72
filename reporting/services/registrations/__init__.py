"""Bringing in a list of registrations: look through, confirm, carry out, undo."""

from reporting.services.registrations.check import (
    check_file,
    discard_import,
    order_import,
    rejects_before,
    retry_import_job,
    try_file,
)
from reporting.services.registrations.files import (
    read_rejects,
    remove_expired_imports,
    result_file,
)
from reporting.services.registrations.run import (
    RowResult,
    carry_out,
    import_file,
    make_import,
)
from reporting.services.registrations.undo import Undone, make_undo, undo_import

__all__ = [
    "RowResult",
    "Undone",
    "carry_out",
    "check_file",
    "discard_import",
    "import_file",
    "make_import",
    "make_undo",
    "order_import",
    "read_rejects",
    "rejects_before",
    "remove_expired_imports",
    "result_file",
    "retry_import_job",
    "try_file",
    "undo_import",
]
