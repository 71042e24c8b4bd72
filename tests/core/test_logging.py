"""A personal number never reaches a log, however it got into the record."""

import io
import logging

import pytest

from core.logging import ScrubPersonalNumbers

NUMBER = "20170101-2393"


@pytest.fixture
def log():
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(ScrubPersonalNumbers())
    logger = logging.Logger("test")
    logger.addHandler(handler)
    return logger, stream


def test_in_the_message(log) -> None:
    logger, stream = log
    logger.warning("Sökte %s och fick %d träffar", NUMBER, 3)
    assert stream.getvalue() == "Sökte [personnummer] och fick 3 träffar\n"


def test_split_over_the_arguments(log) -> None:
    logger, stream = log
    logger.warning("%s-%s", "20170101", "2393")
    assert "2393" not in stream.getvalue()


def test_in_an_argument_that_is_a_structure(log) -> None:
    logger, stream = log
    logger.warning("%s", {"personal_number": NUMBER})
    assert "2393" not in stream.getvalue()


def test_in_a_traceback(log) -> None:
    logger, stream = log
    try:
        raise ValueError(NUMBER)
    except ValueError:
        logger.exception("Gick fel")
    assert "ValueError: [personnummer]" in stream.getvalue()


def test_a_message_with_too_few_arguments_is_still_scrubbed(log) -> None:
    logger, stream = log
    logger.warning("%s %s", NUMBER)
    assert "2393" not in stream.getvalue()


def test_the_filter_is_on_the_products_own_handler(settings) -> None:
    assert "scrub" in settings.LOGGING["handlers"]["stderr"]["filters"]
    assert settings.LOGGING["filters"]["scrub"]["()"] == "core.logging.ScrubPersonalNumbers"
