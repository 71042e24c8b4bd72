"""The menu of each role: the doors in the order they are used, and which four stand on a phone."""

from dataclasses import dataclass

from django.urls import reverse

from accounts.enums import Role

DOORS_ON_PHONE = 4


@dataclass(frozen=True)
class Entry:
    """One door: the view's name, the words, the icon, and shorter words for the phone."""

    name: str
    label: str
    icon: str
    short: str = ""


@dataclass(frozen=True)
class Link:
    """An entry with its address on this page, and whether the page is behind it."""

    label: str
    short: str
    icon: str
    url: str
    current: bool = False


MY_DAY = Entry("activities:my_day", "Min dag", "sun")
REFERRALS = Entry("referrals:referral_list", "Remisser", "inbox")
PARTICIPANTS = Entry("participants:participant_list", "Deltagare", "person")
GROUPS = Entry("activities:group_list", "Grupper", "group")
TRIALS = Entry("activities:trial_list", "Arbetsprövningar", "clock", "Prövning")
WORKPLACES = Entry("activities:workplace_list", "Arbetsplatser", "place", "Platser")
REPORTS = Entry("reporting:report_list", "Verksamhetsberättelse", "doc", "Berättelse")
DASHBOARD = Entry("reporting:dashboard", "Översikt", "chart")
PROGRAMME = Entry("programmes:programme_detail", "Insatsen", "goal", "Insats")

MENUS: dict[Role, tuple[Entry, ...]] = {
    Role.COORDINATOR: (MY_DAY, REFERRALS, PARTICIPANTS, GROUPS, TRIALS, WORKPLACES, REPORTS),
    Role.MANAGER: (
        MY_DAY,
        REFERRALS,
        PARTICIPANTS,
        GROUPS,
        TRIALS,
        WORKPLACES,
        REPORTS,
        DASHBOARD,
        PROGRAMME,
    ),
    Role.REFERRER: (
        Entry("referrals:referral_list", "Mina remisser", "inbox", "Remisser"),
        Entry("referrals:referral_new", "Ny remiss", "plus"),
    ),
    Role.STEERING: (DASHBOARD, REPORTS),
    Role.DIRECTOR: (
        Entry("reporting:report_list", "Verksamhetsberättelser", "doc", "Berättelser"),
        Entry("reporting:dashboard", "Statistik", "chart"),
    ),
    Role.EVALUATOR: (DASHBOARD,),
    Role.LOG_REVIEWER: (Entry("accounts:read_log", "Läsloggen", "eye", "Logg"),),
    Role.ADMINISTRATOR: (Entry("programmes:blueprint_list", "Upplägg", "tools"),),
}
FOOT = (
    Entry("help", "Hjälp och kontakt", "info"),
    Entry("accessibility", "Tillgänglighet", "check"),
)
NOTICES = Entry("notice_settings", "Mejl om aviseringar", "bell")
ACCOUNT = (
    Entry("mfa_index", "Säker inloggning", "key"),
    Entry("account_change_password", "Byt lösenord", "lock"),
)


def menu_of(roles: frozenset[Role]) -> tuple[Entry, ...]:
    """The doors of every role held, each once, in the order of the roles."""
    seen: dict[str, Entry] = {}
    for role, entries in MENUS.items():
        if role in roles:
            for entry in entries:
                seen.setdefault(entry.name, entry)
    return tuple(seen.values())


def links(entries: tuple[Entry, ...], here: str) -> list[Link]:
    """The entries' addresses; the one with the longest address that begins `here` is current."""
    found = [(entry, reverse(entry.name)) for entry in entries]
    behind = max((url for _, url in found if here.startswith(url)), key=len, default="")
    return [
        Link(entry.label, entry.short or entry.label, entry.icon, url, url == behind)
        for entry, url in found
    ]


def doors(menu: list[Link], others: list[Link]) -> tuple[list[Link], list[Link]]:
    """On a phone: the first four doors, and what stands behind Mer."""
    return menu[:DOORS_ON_PHONE], [*menu[DOORS_ON_PHONE:], *others]
