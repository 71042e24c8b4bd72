"""No dead ends: what a page offers somebody, that person may open."""

import re
from collections import deque
from urllib.parse import urljoin, urlsplit

import pytest

from tests.row_examples import fill_programme
from tests.test_access import PEOPLE

LINK = re.compile(r'<a\s[^>]*?href="([^"#]+)"')
NUMBER = re.compile(r"/\d+/")
# Away from the product, a file made on the spot, or the end of the session.
ELSEWHERE = re.compile(r"^(?!/)|^/static/|/logout/|/hamta/|\.pdf$")
MOST_OF_A_KIND = 3


@pytest.mark.parametrize("person", PEOPLE)
def test_every_link_opens_for_whom_it_is_shown_to(cast, client_for, person) -> None:
    for programme, coordinator in ((cast.programme, cast.karin), (cast.neighbour, cast.bo)):
        fill_programme(programme, coordinator, cast)
    client = client_for(cast.people[person])
    tried: dict[str, int] = {}
    ahead, seen = deque([("/", "")]), {"/"}
    while ahead:
        address, offered_on = ahead.popleft()
        kind = NUMBER.sub("/n/", urlsplit(address).path)
        tried[kind] = tried.get(kind, 0) + 1
        if tried[kind] > MOST_OF_A_KIND:
            continue
        answer = client.get(address, follow=True)
        assert answer.status_code == 200, f"{offered_on} visar {address}: {answer.status_code}"
        page = answer.content.decode() if "html" in answer["Content-Type"] else ""
        for found in links(page, answer.request["PATH_INFO"]):
            if found not in seen:
                seen.add(found)
                ahead.append((found, address))
    assert len(tried) > 1


def links(page: str, base: str) -> list[str]:
    """The product's own addresses that a page leads to."""
    found = (urljoin(base, one.replace("&amp;", "&")) for one in LINK.findall(page))
    return [one for one in found if not ELSEWHERE.search(one)]
