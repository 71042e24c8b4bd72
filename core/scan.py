"""Every file that is sent to us is looked at by ClamAV first, where an installation has it."""

import logging

from django.conf import settings

from core.clamd import ScannerAway, infection_in
from core.states import Refused

logger = logging.getLogger(__name__)


class Infected(Refused):
    """The scanner found something in the file. Nothing is stored."""


def demand_clean(content: bytes) -> None:
    """Let ClamAV look at the file. No answer is no permission. Raises `Infected` or `Refused`."""
    if not settings.CLAMD_URL:
        return
    try:
        virus = infection_in(
            content, address=settings.CLAMD_URL, seconds=settings.CLAMD_TIMEOUT_SECONDS
        )
    except ScannerAway as error:
        logger.error("Viruskontrollen svarar inte: %s", error)
        raise Refused(
            ["Viruskontrollen svarar inte, och filen är inte sparad. Försök igen om en stund."]
        ) from error
    if virus:
        logger.warning("Viruskontrollen stoppade en fil: %s", virus)
        raise Infected(
            ["Filen innehåller skadlig kod och är inte sparad. Hör av dig till er it-support."]
        )
