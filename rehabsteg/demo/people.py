"""The people one may sign in as in the demo, and the organisations they come from."""

from dataclasses import dataclass

from accounts.enums import OrganisationKind, Role

ASSOCIATION = "Samordningsförbundet Kvarnbygden"
MUNICIPALITY = "Kvarnby kommun"
NEIGHBOUR = "Åsbro kommun"
FK, AF, REGION = "Försäkringskassan", "Arbetsförmedlingen", "Region Kvarnby"

ORGANISATIONS = {
    ASSOCIATION: OrganisationKind.ASSOCIATION,
    FK: OrganisationKind.FK,
    AF: OrganisationKind.AF,
    MUNICIPALITY: OrganisationKind.MUNICIPALITY,
    REGION: OrganisationKind.REGION,
    NEIGHBOUR: OrganisationKind.MUNICIPALITY,
}

# key: (organisation, unit)
UNITS = {
    "team": (MUNICIPALITY, "Rehabsteget"),
    "other_team": (NEIGHBOUR, "Stegvis"),
    "fk": (FK, "Sjukförsäkring Kvarnby"),
    "af": (AF, "Kvarnby"),
    "social": (MUNICIPALITY, "Försörjningsstöd"),
    "care": (REGION, "Kvarnby vårdcentral"),
    "psychiatry": (REGION, "Psykiatriska mottagningen"),
    "other_fk": (FK, "Sjukförsäkring Åsbro"),
    "other_social": (NEIGHBOUR, "Försörjningsstöd"),
    "office": (ASSOCIATION, "Kansliet"),
    "management": (MUNICIPALITY, "Kommunledningskontoret"),
}

# Only in the demo, where everybody is made up. Real people choose their own.
PASSWORD = "ett-steg-i-taget"  # noqa: S105


@dataclass(frozen=True)
class DemoPerson:
    """Somebody to sign in as. `secret` is the TOTP secret of those who need a second factor."""

    key: str
    name: str
    role: Role
    unit: str
    secret: str = ""

    @property
    def email(self) -> str:
        """first.last@kvarnby.example, in plain letters."""
        plain = self.name.lower().translate(str.maketrans("åäöéü -", "aaoeu..", ""))
        return f"{plain}@kvarnby.example"

    @property
    def password(self) -> str:
        """The demo's password."""
        return PASSWORD

    @property
    def organisation(self) -> str:
        """Where the person works."""
        return UNITS[self.unit][0]

    @property
    def role_word(self) -> str:
        """The role in the field's own word, as tables print it."""
        return Role(self.role).label.lower()


# A second factor where the role reaches everybody's log or accounts. Those who work with cases sign
# in with the password alone, so that the demo is quick to walk through.
PEOPLE = (
    DemoPerson("karin", "Karin Lindqvist", Role.COORDINATOR, "team"),
    DemoPerson("jonas", "Jonas Ek", Role.COORDINATOR, "team"),
    DemoPerson("amina", "Amina Farah", Role.COORDINATOR, "team"),
    DemoPerson("petra", "Petra Nyström", Role.COORDINATOR, "team"),
    DemoPerson("mikael", "Mikael Sjöberg", Role.COORDINATOR, "team"),
    DemoPerson("vera", "Vera Sandell", Role.MANAGER, "team"),
    DemoPerson("ali", "Ali Rezaei", Role.REFERRER, "fk"),
    DemoPerson("siv", "Siv Norberg", Role.REFERRER, "social"),
    DemoPerson("tomas", "Tomas Hedlund", Role.REFERRER, "af"),
    DemoPerson("maria", "Maria Castillo", Role.REFERRER, "care"),
    DemoPerson("johan", "Johan Lilja", Role.REFERRER, "psychiatry"),
    DemoPerson("stina", "Stina Öhman", Role.STEERING, "team"),
    DemoPerson("frida", "Frida Hallgren", Role.DIRECTOR, "office"),
    DemoPerson("lova", "Lova Brandt", Role.LOG_REVIEWER, "management", "KVARNBYLOGGGRANSK2345ABCDEFGHIJK"),
    DemoPerson("adam", "Adam Grip", Role.ADMINISTRATOR, "management", "KVARNBYADMINSTEG67ABCDEFGHIJKLMN"),
    DemoPerson("bo", "Bo Ekman", Role.COORDINATOR, "other_team"),
    DemoPerson("gun", "Gun Persson", Role.MANAGER, "other_team"),
    DemoPerson("nils", "Nils Forsman", Role.REFERRER, "other_fk"),
    DemoPerson("laila", "Laila Haddad", Role.REFERRER, "other_social"),
)  # fmt: skip


def demo_people() -> list[dict[str, str]]:
    """Everybody in the demo as words, for the sign-in page and the printed table."""
    return [
        {
            "role": person.role_word,
            "organisation": person.organisation,
            "name": person.name,
            "email": person.email,
            "password": person.password,
            "totp_secret": person.secret,
        }
        for person in PEOPLE
    ]
