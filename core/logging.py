"""What is logged never holds a personal number."""

import logging
from typing import Any

from core.personal_numbers import masked


class ScrubPersonalNumbers(logging.Filter):
    """Masks everything that looks like a personal number in a record's message and traceback.

    The message is put together here, once, so that a number split between format and arguments
    (`"%s-%s"`) is seen too.
    """

    formatter = logging.Formatter()

    def filter(self, record: logging.LogRecord) -> bool:
        """Scrub the record in place and let it through."""
        record.msg = masked(_message(record))
        record.args = None
        if record.exc_info and not record.exc_text:
            record.exc_text = self.formatter.formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = masked(record.exc_text)
        if record.stack_info:
            record.stack_info = masked(record.stack_info)
        return True


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except (TypeError, ValueError):
        return f"{record.msg} {_plain(record.args)}"


def _plain(value: Any) -> str:
    return "" if value is None else str(value)
