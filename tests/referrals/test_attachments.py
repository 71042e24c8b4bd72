"""Papers of a remiss: checked, stored whole, handed out through the door, and never lost."""

import contextlib
import os
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import psycopg2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Reading, Refusal
from accounts.models import ReadEvent, SecurityEvent
from core.scan import Infected
from core.states import Refused
from referrals.models import Attachment, Referral
from referrals.services import (
    MOST_BYTES,
    MOST_FILES,
    AttachmentGone,
    attach_file,
    discard_draft,
    read_attachment,
    remove_attachment,
    send_referral,
    sweep_attachments,
    withdraw_attachment,
)
from rehabsteg.launcher.postgres import DATABASE
from tests.cast import bind
from tests.core.test_clamd import EICAR, says, scanner
from tests.core.test_uploads import PDF, picture
from tests.referrals.people import NOT_ON_SICK_LEAVE, person


def attach(referral: Referral, user, content: bytes = PDF, *, kind="assessment", name="intyg.pdf"):
    with bind(user):
        return attach_file(referral=referral, kind=kind, name=name, content=content, user=user)


def papers(referral: Referral, user) -> list[Attachment]:
    with bind(user):
        return list(referral.attachments.order_by("pk"))


@pytest.fixture
def folder(settings) -> Path:
    """Where the files are."""
    return Path(settings.FILES_DIR) / "attachments"


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


# --- taken in ---------------------------------------------------------------------------------


def test_a_file_is_stored_whole_under_a_name_that_tells_nothing(desk, ali, folder) -> None:
    added, is_new = attach(desk.draft(), ali, name="Intyg Marek Nowicki.exe")
    assert is_new
    assert (added.name, added.content_type) == ("Intyg Marek Nowicki.pdf", "application/pdf")
    assert files(folder) == [Path(added.path).name]
    assert re.fullmatch(r"attachments/[0-9a-f]{32}", added.path)
    assert (folder / files(folder)[0]).read_bytes() == PDF
    assert (added.size, added.side) == (len(PDF), "sender")
    assert (folder / files(folder)[0]).stat().st_mode & 0o077 == 0


def test_the_same_file_twice_is_one(desk, ali, folder) -> None:
    draft = desk.draft()
    first, _ = attach(draft, ali, kind="other")
    again, is_new = attach(draft, ali, kind="consent")
    assert (again, is_new) == (first, False)
    assert papers(draft, ali)[0].kind == "consent"
    assert len(files(folder)) == 1


def test_every_reason_at_once_and_nothing_stored(desk, ali, folder) -> None:
    draft = desk.draft()
    for content, because in ((b"GIF89a", "varken PDF"), (b"", "tom"), (b"%PDF-", "ingen hel PDF")):
        with pytest.raises(Refused, match=because) as refused:
            attach(draft, ali, content, kind="x")
        assert refused.value.reasons[0] == "Välj vad filen är."
    with pytest.raises(Refused, match="större än 10 MB"):
        attach(draft, ali, PDF + b" " * MOST_BYTES)
    assert papers(draft, ali) == []
    assert files(folder) == []


def test_so_many_and_no_more(desk, ali) -> None:
    draft = desk.draft()
    for number in range(MOST_FILES):
        attach(draft, ali, PDF + bytes([number]))
    with pytest.raises(Refused, match="har redan 10 bilagor"):
        attach(draft, ali, PDF + b"en till")
    assert len(papers(draft, ali)) == MOST_FILES


def test_an_anonymous_remiss_takes_none(desk, ali) -> None:
    who = {"personnummer": "", "given_name": "", "family_name": "", "gender": "K"}
    draft = desk.draft(person(**who), consent="anonymous", consent_on=None, **NOT_ON_SICK_LEAVE)
    with pytest.raises(Refused, match="Remissen är anonym"):
        attach(draft, ali)


def test_a_draft_that_becomes_anonymous_is_not_sent_with_papers(desk, ali) -> None:
    draft = desk.draft()
    attach(draft, ali, kind="other")
    who = {"personnummer_lookup": None, "given_name": "", "family_name": "", "birth_date": None}
    with bind(ali):
        Referral.objects.filter(pk=draft.pk).update(consent="anonymous", personnummer="", **who)
        with pytest.raises(Refused, match="Ta bort bilagorna"):
            send_referral(referral=draft, user=ali)


def test_an_attached_assessment_is_an_assessment(desk, ali) -> None:
    draft = desk.draft(assessment="", assessment_on=None)
    with bind(ali), pytest.raises(Refused, match="Bifoga den medicinska bedömningen"):
        send_referral(referral=draft, user=ali)
    attach(draft, ali, kind="other")
    with bind(ali), pytest.raises(Refused, match="Bifoga den medicinska bedömningen"):
        send_referral(referral=draft, user=ali)
    attach(draft, ali, kind="assessment")
    with bind(ali):
        assert send_referral(referral=draft, user=ali).changed


def test_whoever_says_that_it_is_attached_has_attached_it(desk, ali, client_for) -> None:
    draft = desk.draft(assessment="attached")
    attach(draft, ali, PDF + b"samtycke", kind="consent")
    with bind(ali), pytest.raises(Refused, match="Bifoga den medicinska bedömningen i del 5"):
        send_referral(referral=draft, user=ali)
    # Nobody said what the file is, but what was answered says it.
    answers = {"on_sick_leave": "yes", "assessment": "attached", "upload": "1"}
    client_for(ali).post(
        page("referral_edit", draft), form(draft, attachment=sent_file(), **answers)
    )
    assert [one.kind for one in papers(draft, ali)] == ["consent", "assessment"]


@pytest.mark.parametrize("state", ["placed", "declined", "withdrawn"])
def test_a_remiss_that_has_ended_takes_none(state, desk, ali) -> None:
    with pytest.raises(Refused, match="Remissen är avslutad"):
        attach(getattr(desk, state)(), ali)


def test_a_promised_assessment_that_comes_is_waited_for_no_longer(desk, ali, client_for) -> None:
    when = timezone.localdate() + timedelta(days=3)
    referral = desk.sent(assessment="promised", assessment_on=when)
    detail = page("referral_detail", referral)
    assert "Utlovad till" in client_for(ali).get(detail).content.decode()
    added, _ = attach(referral, ali)
    with bind(ali):
        referral.refresh_from_db()
        assert (referral.assessment, referral.assessment_on) == ("attached", None)
    assert "Bifogad" in client_for(ali).get(detail).content.decode()
    with bind(ali):
        withdraw_attachment(attachment=added, why="Fel person.", user=ali)
    assert "en ny behövs" in client_for(ali).get(detail).content.decode()


def test_later_ones_stand_in_the_history(desk, karin, ali) -> None:
    referral = desk.assessing()
    attach(referral, karin, kind="other", name="kallelse.pdf")
    with bind(ali):
        line = referral.events.latest("pk")
    assert (line.verb, line.text) == ("attach", "Annat underlag: kallelse.pdf.")
    assert papers(referral, ali)[0].side == "programme"


# --- the scanner ------------------------------------------------------------------------------


@pytest.fixture
def scanned(settings) -> Iterator[None]:
    """An installation with ClamAV."""
    with scanner() as settings.CLAMD_URL:
        yield


def test_the_scanner_lets_a_clean_file_through(scanned, desk, ali) -> None:
    assert attach(desk.draft(), ali)[1]


def test_an_infected_file_is_refused_and_told_to_the_security_log(
    scanned, desk, ali, client_for, folder
) -> None:
    referral = desk.sent()
    with pytest.raises(Infected, match="skadlig kod"):
        attach(referral, ali, PDF.replace(b"startxref", EICAR + b"startxref"))
    sent = SimpleUploadedFile("intyg.pdf", PDF.replace(b"startxref", EICAR + b"startxref"))
    answer = client_for(ali).post(
        page("referral_attach", referral), {"kind": "other", "attachment": sent}
    )
    assert answer.status_code == 409
    assert "Filen innehåller skadlig kod och är inte sparad." in answer.content.decode()
    event = SecurityEvent.objects.get(refusal=Refusal.INFECTED)
    assert (event.user, event.record_id) == (ali, referral.pk)
    assert files(folder) == []
    assert papers(referral, ali) == []


@pytest.mark.parametrize("answer", [b"", b"INSTREAM size limit exceeded. ERROR\0"])
def test_a_scanner_without_an_answer_stops_the_file(answer, settings, desk, ali, folder) -> None:
    draft = desk.draft()
    with scanner(says(answer)) as settings.CLAMD_URL, pytest.raises(Refused, match="Försök igen"):
        attach(draft, ali)
    # The address leads nowhere any more.
    with pytest.raises(Refused, match="Försök igen"):
        attach(draft, ali)
    assert files(folder) == []


# --- taken away -------------------------------------------------------------------------------


def test_in_a_draft_a_file_is_removed_for_good(
    desk, ali, folder, django_capture_on_commit_callbacks
) -> None:
    added, _ = attach(desk.draft(), ali)
    with bind(ali), django_capture_on_commit_callbacks(execute=True):
        assert remove_attachment(attachment=added)
        assert files(folder), "filen försvinner först när raden är borta"
    assert files(folder) == []
    with bind(ali):
        assert not remove_attachment(attachment=added)


def test_a_thrown_draft_takes_its_files_with_it(
    desk, ali, folder, django_capture_on_commit_callbacks
) -> None:
    draft, other = desk.draft(), desk.draft()
    attach(draft, ali)
    kept, _ = attach(other, ali)
    with bind(ali), django_capture_on_commit_callbacks(execute=True):
        discard_draft(referral=draft)
    assert files(folder) == [Path(kept.path).name]


def test_what_was_sent_is_withdrawn_with_a_reason(desk, ali, karin, folder) -> None:
    referral = desk.draft()
    added, _ = attach(referral, ali)
    with bind(ali):
        send_referral(referral=referral, user=ali)
        with pytest.raises(Refused, match="Återta bilagan"):
            remove_attachment(attachment=added)
        with pytest.raises(Refused, match="Skriv varför"):
            withdraw_attachment(attachment=added, why=" ", user=ali)
    with bind(karin), pytest.raises(Refused, match="Bara remittentens enhet"):
        withdraw_attachment(attachment=added, why="Fel.", user=karin)
    with bind(ali):
        gone, changed = withdraw_attachment(attachment=added, why="Fel person.", user=ali)
        assert changed
        assert not withdraw_attachment(attachment=added, why="Igen.", user=ali)[1]
        with pytest.raises(AttachmentGone, match="återtagen"):
            read_attachment(gone)
        line = referral.events.latest("pk")
    assert line.text == "Medicinsk bedömning: intyg.pdf. Fel person."
    assert len(files(folder)) == 1
    # The right one can come in its place, also the same file once more.
    assert attach(referral, ali)[1]


def test_a_withdrawn_assessment_no_longer_counts(desk, ali) -> None:
    from referrals.enums import AttachmentKind
    from referrals.rules import has_attached

    referral = desk.sent()
    added, _ = attach(referral, ali)
    with bind(ali):
        assert has_attached(referral, AttachmentKind.ASSESSMENT)
        withdraw_attachment(attachment=added, why="Fel.", user=ali)
        assert not has_attached(referral, AttachmentKind.ASSESSMENT)


# --- never half, never lost -------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_a_row_that_is_refused_takes_its_file_with_it(cluster, desk, ali, folder) -> None:
    draft = desk.draft()
    table = "ALTER TABLE referrals_attachment"
    with contextlib.closing(psycopg2.connect(cluster.owner_url(DATABASE))) as owner:
        owner.autocommit = True
        owner.cursor().execute(f"{table} ADD CONSTRAINT full_up CHECK (size < 0) NOT VALID")
        try:
            with pytest.raises(IntegrityError, match="full_up"):
                attach(draft, ali)
        finally:
            owner.cursor().execute(f"{table} DROP CONSTRAINT full_up")
    assert folder.exists(), "filen hann aldrig skrivas: provet biter inte"
    assert files(folder) == []


def age(path: Path, hours: int) -> None:
    then = (timezone.now() - timedelta(hours=hours)).timestamp()
    os.utime(path, (then, then))


def test_the_sweep_finds_what_has_lost_its_other_half(desk, ali, folder) -> None:
    draft = desk.draft()
    kept, _ = attach(draft, ali)
    bare, _ = attach(draft, ali, PDF + b"utan fil")
    (folder / Path(bare.path).name).unlink()
    (folder / Path(kept.path).name).touch()
    age(folder / Path(kept.path).name, 5)
    for name, hours in (("0" * 32, 2), (".half.tmp", 2), ("1" * 32, 0)):
        (folder / name).write_bytes(b"x")
        age(folder / name, hours)
    looked = sweep_attachments(removing=False)
    assert (looked.removed, looked.missing) == ([".half.tmp", "0" * 32], [bare.pk])
    assert len(files(folder)) == 4
    with pytest.raises(CommandError, match=r"1\sbilaga saknar sin fil"):
        call_command("sweep_attachments")
    assert files(folder) == sorted([Path(kept.path).name, "1" * 32])
    with bind(ali):
        bare.delete()
    call_command("sweep_attachments")
    assert sweep_attachments() == type(looked)([], [])


def test_a_file_that_is_gone_or_damaged_is_said_to_be(desk, ali, client_for, folder) -> None:
    referral = desk.sent()
    added, _ = attach(referral, ali)
    place = folder / Path(added.path).name
    place.write_bytes(b"%PDF-1.4 something else")
    answer = client_for(ali).get(page("attachment_download", added))
    assert answer.status_code == 404
    assert "Filen är skadad" in answer.content.decode()
    place.unlink()
    assert (
        "Filen finns inte."
        in client_for(ali).get(page("attachment_download", added)).content.decode()
    )


def test_the_database_holds_what_must_be_true(desk, ali) -> None:
    added, _ = attach(desk.draft(), ali)
    with bind(ali), pytest.raises(IntegrityError), transaction.atomic():
        Attachment.objects.filter(pk=added.pk).update(withdrawn_at=timezone.now())


# --- the pages --------------------------------------------------------------------------------


def page(name: str, record) -> str:
    return reverse(f"referrals:{name}", args=[record.pk])


def sent_file(content: bytes = PDF, name: str = "Läkarintyg å.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="text/html")


def test_both_sides_download_it_as_a_file_and_it_is_logged(desk, ali, karin, client_for) -> None:
    referral = desk.sent()
    added, _ = attach(referral, ali, picture("PNG"), name="Läkarintyg å.png")
    for user in (ali, karin):
        answer = client_for(user).get(page("attachment_download", added))
        assert answer.status_code == 200
        assert answer.content == picture("PNG")
        assert answer["Content-Type"] == "image/png"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Disposition"].startswith("attachment; ")
        assert "filename*=utf-8''L%C3%A4karintyg%20%C3%A5.png" in answer["Content-Disposition"]
    with bind(karin):
        logged = ReadEvent.objects.filter(kind="bilaga", record_id=added.pk, reading=Reading.EXPORT)
        assert set(logged.values_list("user", flat=True)) == {ali.pk, karin.pk}


def test_strangers_find_no_paper(desk, ali, siv, bo, karin, client_for) -> None:
    draft = desk.draft()
    added, _ = attach(draft, ali)
    # Another unit, another controller, and the programme itself while it is a draft.
    for user in (siv, bo, karin):
        for name in ("attachment_download", "attachment_withdraw"):
            assert client_for(user).get(page(name, added)).status_code == 404
        with bind(user):
            assert not Attachment.objects.exists()


def test_a_paper_is_removed_through_its_own_draft_only(desk, ali, siv, client_for) -> None:
    mine, other = desk.draft(), desk.draft(by=siv)
    theirs, _ = attach(other, siv)
    own, _ = attach(mine, ali)
    for number in (theirs.pk, 2**70, "x"):
        client_for(ali).post(page("referral_edit", mine), form(mine) | {"remove": number})
    assert papers(other, siv) == [theirs]
    assert papers(mine, ali) == [own]
    assert (
        client_for(ali).post(page("referral_edit", other), {"remove": theirs.pk}).status_code == 404
    )


def form(draft: Referral, **changed: object) -> dict:
    return {
        "once_key": str(draft.once_key),
        "page_key": str(draft.once_key),
        "version": str(draft.version),
        "family_name": "Nowicki",
        "support_until": "nästa år",
        **changed,
    }


def test_a_file_is_stored_at_once_and_the_text_with_it(desk, ali, client_for) -> None:
    draft = desk.draft()
    sent = form(draft, upload="1", attachment_kind="assessment", attachment=sent_file())
    client = client_for(ali)
    answer = client.post(page("referral_edit", draft), sent)
    assert answer.status_code == 302
    assert answer["Location"] == f"{page('referral_edit', draft)}#bilagor"
    shown = client.get(page("referral_edit", draft)).content.decode()
    assert "Läkarintyg å.pdf" in shown
    assert "nästa år" in shown
    # Sent again by the arrow back, or by ten clicks: one file.
    client.post(page("referral_edit", draft), form(draft, upload="1", attachment=sent_file()))
    assert len(papers(draft, ali)) == 1


def test_a_chosen_file_survives_whatever_is_wrong_with_the_rest(desk, ali, client_for) -> None:
    draft = desk.draft()
    answer = client_for(ali).post(
        page("referral_edit", draft), form(draft, attachment=sent_file(), attachment_kind="")
    )
    assert "Remissen är inte skickad än" in answer.content.decode()
    assert "Läkarintyg å.pdf" in answer.content.decode()
    assert papers(draft, ali)[0].kind == "other"


def test_autosave_leaves_the_files_alone(desk, ali, client_for) -> None:
    draft = desk.draft()
    attach(draft, ali)
    address = f"{reverse('referrals:referral_autosave')}?insats=rehabsteget"
    assert client_for(ali).post(address, form(draft)).status_code == 200
    assert len(papers(draft, ali)) == 1


WITHHELD = ({"consent": "anonymous"}, {"protected": "yes"})


@pytest.mark.parametrize("said", WITHHELD)
def test_papers_of_somebody_who_became_anonymous_are_to_be_removed(
    said, desk, ali, client_for
) -> None:
    """Said at every saving and on the page, with the buttons; never removed by the saving."""
    draft = desk.draft()
    added, _ = attach(draft, ali)
    client, edit = client_for(ali), page("referral_edit", draft)
    address = f"{reverse('referrals:referral_autosave')}?insats=rehabsteget"
    sent = form(draft, **said)
    words, button = "Ta bort bilagorna.", f'name="remove" value="{added.pk}"'
    assert words in client.post(address, sent).json()["warning"]
    opened, refused = client.get(edit), client.post(edit, sent)
    for shown in (opened.content.decode(), refused.content.decode()):
        assert words in shown
        assert button in shown
    closed = client.post(edit, {**sent, "save_and_close": "1"}, follow=True)
    assert words in closed.content.decode()
    assert len(papers(draft, ali)) == 1
    removed = client.post(edit, {**sent, "remove": added.pk}, follow=True).content.decode()
    assert words not in removed
    assert client.post(address, sent).json()["warning"] == ""


def test_papers_of_somebody_named_are_left_in_peace(desk, ali, client_for) -> None:
    draft = desk.draft()
    attach(draft, ali)
    client, edit = client_for(ali), page("referral_edit", draft)
    anonymous = form(draft, save_and_close="1", consent="anonymous")
    assert "Ta bort bilagorna." in client.post(edit, anonymous, follow=True).content.decode()
    with bind(ali):
        draft.refresh_from_db()
    named = form(draft, save_and_close="1", consent="signed", protected="no")
    assert "Ta bort bilagorna." not in client.post(edit, named, follow=True).content.decode()
    assert "Ta bort bilagorna." not in client.get(edit).content.decode()
    assert len(papers(draft, ali)) == 1


def test_the_first_press_of_a_new_remiss_can_be_a_file(cast, ali, client_for) -> None:
    from uuid import uuid4

    key = uuid4()
    address = f"{reverse('referrals:referral_new')}?insats=rehabsteget"
    sent = {
        "once_key": str(key),
        "upload": "1",
        "attachment": sent_file(),
        "family_name": "Nowicki",
    }
    assert client_for(ali).post(address, sent).status_code == 302
    with bind(ali):
        draft = Referral.objects.get(once_key=key)
    assert [one.name for one in papers(draft, ali)] == ["Läkarintyg å.pdf"]


@pytest.mark.parametrize(
    ("changed", "because"),
    [
        ({"upload": "1"}, "Välj en fil först."),
        ({"upload": "1", "attachment": sent_file(b"MZ")}, "varken PDF, JPEG eller PNG"),
        ({"attachment": sent_file(PDF + b" " * MOST_BYTES)}, "större än 10 MB"),
        ({"attachment": sent_file(), "consent": "anonymous"}, "en bilaga kan visa vem"),
        ({"attachment": sent_file(), "protected": "yes"}, "en bilaga kan visa vem"),
    ],
)
def test_a_refused_file_is_explained_and_the_text_kept(
    changed, because, desk, ali, client_for
) -> None:
    draft = desk.draft()
    for sent in changed.values():
        if isinstance(sent, SimpleUploadedFile):
            sent.seek(0)
    answer = client_for(ali).post(
        page("referral_edit", draft), form(draft, purpose="Ett syfte", **changed)
    )
    text = answer.content.decode()
    assert because in text
    assert "nästa år" in text
    assert papers(draft, ali) == []


def test_a_removed_file_is_gone_and_the_text_kept(desk, ali, client_for) -> None:
    draft = desk.draft()
    added, _ = attach(draft, ali)
    client = client_for(ali)
    for _ in range(2):
        answer = client.post(page("referral_edit", draft), form(draft, remove=added.pk))
        assert answer.status_code == 302
    assert papers(draft, ali) == []
    assert "nästa år" in client.get(page("referral_edit", draft)).content.decode()


def test_both_sides_attach_later_and_take_back_their_own(desk, ali, karin, client_for) -> None:
    referral = desk.assessing()
    for user, name in ((ali, "fran-ali.pdf"), (karin, "fran-karin.pdf")):
        client = client_for(user)
        assert client.get(page("referral_attach", referral)).status_code == 200
        sent = {"kind": "other", "attachment": sent_file(PDF + name.encode(), name)}
        answer = client.post(page("referral_attach", referral), sent)
        assert answer["Location"] == f"{page('referral_detail', referral)}#bilagor"
    mine, theirs = papers(referral, ali)
    text = client_for(ali).get(page("referral_detail", referral)).content.decode()
    assert page("attachment_withdraw", mine) in text
    assert page("attachment_withdraw", theirs) not in text
    refused = client_for(ali).post(page("attachment_withdraw", theirs), {"why": "Fel."})
    assert refused.status_code == 409
    assert (
        client_for(ali).post(page("attachment_withdraw", mine), {"why": "Fel person."}).status_code
        == 302
    )
    text = client_for(karin).get(page("referral_detail", referral)).content.decode()
    assert "Fel person." in text
    assert client_for(karin).get(page("attachment_download", mine)).status_code == 404


def test_the_page_of_an_ended_remiss_shows_but_takes_none(desk, ali, client_for) -> None:
    text = client_for(ali).get(page("referral_detail", desk.declined())).content.decode()
    assert "Inget är bifogat." in text
    assert "Bifoga en fil" not in text


def test_what_is_too_large_is_said_kindly_before_it_is_read(client_for, ali, settings) -> None:
    settings.REQUEST_MAX_BYTES = 1000
    answer = client_for(ali).post("/remisser/ny/", {"attachment": sent_file(b"x" * 2000)})
    assert answer.status_code == 413
    assert "högst 10 MB" in answer.content.decode()
