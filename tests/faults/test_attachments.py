"""The web server is killed while a file is on its way: whole or not at all, and nothing left lying."""

import hashlib
import os
import random
import threading
from datetime import timedelta
from pathlib import Path

import pytest
import requests
from django.utils import timezone

from accounts.access import Scope, bound_to
from referrals.models import Attachment
from referrals.services import sweep_attachments
from tests.core.test_uploads import PDF
from tests.faults.conftest import Person
from tests.referrals.people import Desk

pytestmark = pytest.mark.faults
SEED = 4711
KILLS = 5
SIZE = 4_000_000


def send(person: Person, path: str, content: bytes) -> requests.Response:
    """Attach a file, as the page's own form does."""
    return requests.post(
        person.machine.address + path,
        data=person.form(path) | {"kind": "other"},
        files={"attachment": ("underlag.pdf", content, "application/pdf")},
        cookies=person.cookies,
        headers={"Referer": person.machine.address + path},
        allow_redirects=False,
        timeout=30,
    )


def rows() -> dict[str, str]:
    """The checksum of each attachment by its file's name."""
    with bound_to(Scope(worker=True)):
        return {
            Path(path).name: checksum
            for path, checksum in Attachment.objects.values_list("path", "checksum")
        }


def stored(machine) -> dict[str, str]:
    """The same of the files there are."""
    folder = machine.directory / "files" / "attachments"
    found = folder.iterdir() if folder.exists() else ()
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in found}


def test_a_killed_web_server_stores_a_file_whole_or_not_at_all(machine, cast, client_for) -> None:
    moment = random.Random(SEED)
    path = f"/remisser/{Desk(cast).sent().pk}/bifoga/"
    person = Person(machine, client_for(cast.ali))
    lost = 0
    for number in range(KILLS):
        web = machine.web()
        content = PDF.replace(b"startxref", os.urandom(SIZE) + b"startxref")
        person.form(path)
        killed = threading.Timer(moment.uniform(0.01, 0.12), web.kill)
        killed.start()
        try:
            seen = send(person, path, content).status_code == 302
        except requests.RequestException:
            seen = False
        killed.join()
        checksum = hashlib.sha256(content).hexdigest()
        assert not seen or checksum in rows().values(), f"frö {SEED}, varv {number}"
        lost += not seen
        machine.web()
        # No success seen: sent again, it is there once.
        assert send(person, path, content).status_code == 302
        assert list(rows().values()).count(checksum) == 1, f"frö {SEED}, varv {number}"
    assert lost, "ingen av dödarna träffade ett anrop: felet bet inte"
    assert rows().items() <= stored(machine).items()
    then = (timezone.now() - timedelta(hours=2)).timestamp()
    for file in (machine.directory / "files" / "attachments").iterdir():
        os.utime(file, (then, then))
    assert sweep_attachments().missing == []
    assert stored(machine) == rows()
