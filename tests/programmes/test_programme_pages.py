"""The programme page and the administrator's import, asked the four questions of every view."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import Unit
from programmes.models import Programme
from programmes.services import import_blueprint, read_toml

REHABSTEGET = Path(__file__).parents[2] / "programmes" / "blueprints" / "rehabsteget.toml"
DETAIL = reverse("programmes:programme_detail")
LIST = reverse("programmes:blueprint_list")
IMPORT = reverse("programmes:blueprint_import")


@pytest.fixture
def imported(cast) -> Programme:
    """The cast's programme with the repository's whole blueprint."""
    programme = cast.programme
    import_blueprint(
        data=read_toml(REHABSTEGET.read_bytes()),
        association=programme.association,
        data_controller=programme.data_controller,
        unit=programme.unit,
    )
    return programme


def text_of(response) -> str:
    """The page with plain spaces, as a reader sees the numbers."""
    return response.content.decode().replace("\N{NO-BREAK SPACE}", " ").replace("&nbsp;", " ")


@pytest.mark.parametrize("who", ["karin", "vera", "stina", "frida", "eva", "adam"])
def test_programme_works_for_those_who_reach_it(cast, client_for, imported, who):
    response = client_for(cast.people[who]).get(
        reverse("programmes:programme_detail", args=["rehabsteget"])
    )
    page = text_of(response)
    assert response.status_code == 200
    for words in ("3 100 000", "1 300 000", "310 000", "457 000", "5 167 000"):
        assert words in page
    for words in ("129 175 kr", "43 058 kr", "40 platser", "8 veckor", "60 %"):
        assert words in page


def test_without_name_the_page_is_ones_own_programme(client_for, karin, bo, imported):
    assert "Rehabsteget, insatsen" in text_of(client_for(karin).get(DETAIL))
    assert "Stegvis, insatsen" in text_of(client_for(bo).get(DETAIL))


def test_director_chooses_among_the_programmes_of_the_association(client_for, frida, imported):
    page = text_of(client_for(frida).get(DETAIL))
    assert reverse("programmes:programme_detail", args=["stegvis"]) in page


def test_a_programme_without_blueprint_is_still_a_page(client_for, bo, cast):
    page = text_of(client_for(bo).get(DETAIL))
    assert "Ingen budget är inläst" in page
    assert "Inga mål är beslutade" in page


def test_a_stranger_gets_404(client_for, bo, imported):
    response = client_for(bo).get(reverse("programmes:programme_detail", args=["rehabsteget"]))
    assert response.status_code == 404


@pytest.mark.parametrize("who", ["ali", "siv", "lova"])
def test_the_wrong_role_gets_403(cast, client_for, who):
    assert client_for(cast.people[who]).get(DETAIL).status_code == 403


def test_the_wrong_method_gets_405(client_for, karin, adam):
    assert client_for(karin).post(DETAIL).status_code == 405
    assert client_for(adam).post(LIST).status_code == 405
    assert client_for(adam).put(IMPORT).status_code == 405


@pytest.mark.parametrize("who", ["karin", "vera", "ali", "stina", "frida", "lova"])
@pytest.mark.parametrize("address", [LIST, IMPORT])
def test_only_administrators_read_in_blueprints(cast, client_for, who, address):
    assert client_for(cast.people[who]).get(address).status_code == 403


@pytest.mark.parametrize("year", ["2012", "1999", "x", "99999999999"])
def test_any_year_asked_for_shows_a_budget(client_for, vera, imported, year):
    response = client_for(vera).get(DETAIL, {"ar": year})
    assert "Budget 2012" in text_of(response)


def test_list_is_one_number_of_queries(client_for, adam, imported, django_assert_max_num_queries):
    client = client_for(adam)
    client.get(LIST)
    with django_assert_max_num_queries(12):
        page = text_of(client.get(LIST))
    assert "Rehabsteget" in page
    assert "Stegvis" in page


# --- upload, preview, confirm -----------------------------------------------------------------


def upload(content: bytes) -> SimpleUploadedFile:
    """A file as a browser sends it."""
    return SimpleUploadedFile("upplagg.toml", content, content_type="application/toml")


@pytest.fixture
def fields(cast) -> dict:
    """The owners chosen in the form, for a team that runs nothing yet."""
    controller = cast.programme.data_controller
    unit = Unit.objects.create(organisation=controller, name="Nya arbetslaget")
    return {"association": cast.programme.association_id, "unit": unit.pk}


NEW = REHABSTEGET.read_bytes().replace(b'slug = "rehabsteget"', b'slug = "nya-steget"')


def test_upload_preview_confirm_and_again(client_for, adam, fields):
    client = client_for(adam)
    preview = client.post(IMPORT, {**fields, "file": upload(NEW)})
    assert "Ingenting är sparat än." in text_of(preview)
    assert not Programme.objects.filter(slug="nya-steget").exists()

    hidden = dict(preview.context["hidden"])
    confirmed = client.post(IMPORT, {**hidden, "confirm": "1"}, follow=True)
    assert "Upplägget är inläst" in text_of(confirmed)
    programme = Programme.objects.get(slug="nya-steget")
    assert programme.coordination_kinds.count() == 10

    again = client.post(IMPORT, {**hidden, "confirm": "1"}, follow=True)
    assert "Allt i filen fanns redan" in text_of(again)
    seen = client.post(IMPORT, {**fields, "file": upload(NEW)})
    assert "Läs in upplägget" not in text_of(seen)


def test_faults_stand_at_the_file_and_the_choices_are_kept(client_for, adam, fields):
    bad = NEW.replace(b"capacity = 40 ", b"capacity = -1 ")
    page = client_for(adam).post(IMPORT, {**fields, "file": upload(bad)})
    assert "[programme], capacity: ska vara ett helt tal" in text_of(page)
    assert f'value="{fields["unit"]}" selected' in text_of(page)
    assert not Programme.objects.filter(slug="nya-steget").exists()


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({}, "Bifoga filen med upplägget."),
        ({"file": b"inget = "}, "filen går inte att läsa"),
        ({"file": b"\xff\xfe\x00"}, "Filen är inte sparad som UTF-8."),
    ],
)
def test_a_missing_or_broken_file_is_said(client_for, adam, fields, files, sentence):
    sent = {name: upload(content) for name, content in files.items()}
    assert sentence in text_of(client_for(adam).post(IMPORT, {**fields, **sent}))
