"""The SUS document: the form's order, and what is missing said where it would have stood."""

from dataclasses import replace

from tests.reporting import sus_example as example


def labels(document: example.SusDocument) -> list[str]:
    return [field.label for section in document.sections for field in section.fields]


def values(document: example.SusDocument, label: str) -> tuple[str, ...]:
    fields = [field for section in document.sections for field in section.fields]
    return next(field.values for field in fields if field.label == label)


def test_the_rows_stand_in_the_forms_order() -> None:
    assert labels(example.document()) == [
        "Personnummer", "Namn", "Kommun", "Kön", "Ålder",
        "Insats", "Startdatum", "Remitterande part",
        "Utbildningsnivå", "Tid i offentlig försörjning", "Försörjning före", "Sysselsättning före",
        "Har du barn under 18 år som bor hemma?",
        "Hur många timmar i veckan vill du arbeta om ett år?",
        "Skriftligt samtycke till registrering",
        "Slutdatum", "Avslutsanledning", "Sysselsättning efter", "Försörjning efter",
        "Har du fått en plan för tiden efter?",
    ]  # fmt: skip


def test_extents_are_percent_of_support_and_hours_of_occupation() -> None:
    document = example.document()

    assert values(document, "Försörjning före") == ("Sjukpenning, 75 %", "Försörjningsstöd, 25 %")
    assert values(document, "Sysselsättning efter") == (
        "Subventionerat arbete, 20,5 timmar i veckan",
    )
    assert values(document, "Tid i offentlig försörjning") == ("31 månader (2 år 7 mån)",)


def test_a_complete_document_misses_nothing() -> None:
    assert example.document().missing == ()
    assert example.document().summary == ""


def test_what_is_missing_is_counted_and_named_in_the_forms_order() -> None:
    document = example.unfinished_document()

    assert document.missing == (
        "Kommun",
        "Ålder",
        "Utbildningsnivå",
        "Tid i offentlig försörjning",
        "Försörjning före",
        "Sysselsättning före",
        "Har du barn under 18 år som bor hemma?",
        "Skriftligt samtycke till registrering",
    )
    assert document.summary.startswith("8 uppgifter saknas: kommun, ålder, ")


def test_one_missing_thing_is_said_in_the_singular() -> None:
    one = replace(example.registration(), education="")

    assert replace(example.document(), registration=one).summary == (
        "1 uppgift saknas: utbildningsnivå."
    )


def test_no_months_in_support_is_an_answer_and_not_a_gap() -> None:
    none = replace(example.registration(), months_in_support=0)
    document = replace(example.document(), registration=none)

    assert values(document, "Tid i offentlig försörjning") == ("ingen",)
    assert document.missing == ()


def test_a_person_who_takes_part_has_no_closure_to_fill_in() -> None:
    document = replace(example.document(), closure=None)

    assert values(document, "Slutdatum") == ("Deltar fortfarande",)
    assert "Avslutsanledning" not in labels(document)
    assert document.missing == ()


def test_the_title_names_the_case_and_not_the_person() -> None:
    document = example.document()

    assert "RS-2026-0183" in document.title
    assert document.registration.name not in document.title
    assert document.registration.personal_number not in document.title
