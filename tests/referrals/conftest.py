"""A desk that makes remisser."""

import pytest

from tests.cast import Cast
from tests.referrals.people import Desk


@pytest.fixture
def desk(cast: Cast) -> Desk:
    """Remisser in any state."""
    return Desk(cast)
