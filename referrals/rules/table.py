"""The transition table of a remiss. Server, buttons and history read this and nothing else.

Source: the process "Remiss" of Rehabsteget, from draft to placement.
"""

from types import MappingProxyType

from accounts.rules import belongs_to_referring_unit, is_coordinator, is_manager, is_staff
from core.states import Table, Transition
from referrals.enums import WAITING_STATES, ReferralState
from referrals.rules.demands import DEMANDS
from referrals.rules.guards import (
    has_not_started,
    income_is_secured,
    person_accepts,
    start_can_be_undone,
    talk_can_be_moved,
    talk_is_held,
)

S = ReferralState
OPEN = frozenset(WAITING_STATES)
ONLY_COORDINATOR = "Bara en rehabkoordinator i insatsen kan göra det."
ONLY_SENDER = "Bara remittentens enhet kan göra det."

TABLE: Table = MappingProxyType(
    {
        "send": Transition(
            sources=frozenset({S.DRAFT}),
            target=S.SENT,
            button="Skicka remissen",
            done="Skickade remissen",
            rule=belongs_to_referring_unit,
            guards=DEMANDS,
            ask=ONLY_SENDER,
            primary=True,
        ),
        "take": Transition(
            sources=frozenset({S.SENT}),
            target=S.ASSESSING,
            button="Ta remissen för bedömning",
            done="Tog remissen för bedömning",
            rule=is_coordinator,
            help="Du blir ansvarig koordinator, och remittenten ser det.",
            ask=ONLY_COORDINATOR,
            primary=True,
        ),
        "answer_completion": Transition(
            sources=frozenset({S.COMPLETION}),
            target=S.ASSESSING,
            button="Svara på kompletteringen",
            done="Svarade på kompletteringen",
            rule=belongs_to_referring_unit,
            ask=ONLY_SENDER,
            primary=True,
        ),
        "queue": Transition(
            sources=frozenset({S.TALK}),
            target=S.QUEUED,
            button="Ställ i kö",
            done="Ställde personen i kö",
            rule=is_coordinator,
            guards=(talk_is_held, person_accepts, income_is_secured),
            help="Personen väntar på plats i en grupp. Remittenten ser hur länge.",
            ask=ONLY_COORDINATOR,
            primary=True,
        ),
        "record_talk": Transition(
            sources=frozenset({S.TALK}),
            target=S.TALK,
            button="Anteckna samtalet",
            done="Antecknade det inledande samtalet",
            rule=is_coordinator,
            help="Om samtalet hölls, vad personen svarade och till när försörjningen är säkrad.",
            ask=ONLY_COORDINATOR,
            primary=True,
        ),
        "place": Transition(
            sources=frozenset({S.QUEUED}),
            target=S.PLACED,
            button="Ge plats i en grupp",
            done="Gav personen en plats",
            rule=is_staff,
            help="Platsen ges på gruppens sida.",
            ask="Bara insatsens koordinatorer och verksamhetsledare kan ge en plats.",
            primary=True,
        ),
        "book_talk": Transition(
            sources=frozenset({S.ASSESSING, S.TALK}),
            target=S.TALK,
            button="Boka inledande samtal",
            done="Inledande samtal bokat",
            rule=is_coordinator,
            guards=(talk_can_be_moved,),
            ask=ONLY_COORDINATOR,
        ),
        "request_completion": Transition(
            sources=frozenset({S.SENT, S.ASSESSING}),
            target=S.COMPLETION,
            button="Begär komplettering",
            done="Begärde komplettering",
            rule=is_coordinator,
            ask=ONLY_COORDINATOR,
        ),
        "resume": Transition(
            sources=frozenset({S.RESTING}),
            target=S.ASSESSING,
            button="Ta upp remissen igen",
            done="Tog upp remissen igen",
            rule=is_coordinator,
            ask=ONLY_COORDINATOR,
            primary=True,
        ),
        "unplace": Transition(
            sources=frozenset({S.PLACED}),
            target=S.QUEUED,
            button="Ta tillbaka platsen",
            done="Tog tillbaka platsen",
            rule=is_coordinator,
            guards=(start_can_be_undone, has_not_started),
            help="Personen tas ur gruppen på gruppens sida, och behåller sin tid i kön.",
            ask=ONLY_COORDINATOR,
        ),
        "reopen": Transition(
            sources=frozenset({S.DECLINED, S.WITHDRAWN}),
            target=S.ASSESSING,
            button="Öppna remissen igen",
            done="Öppnade remissen igen",
            rule=is_manager,
            ask="Bara verksamhetsledaren kan öppna en avslutad remiss.",
        ),
        "rest": Transition(
            sources=frozenset({S.ASSESSING, S.TALK}),
            target=S.RESTING,
            button="Gör vilande",
            done="Gjorde remissen vilande",
            rule=is_coordinator,
            ask=ONLY_COORDINATOR,
        ),
        "decline": Transition(
            sources=OPEN,
            target=S.DECLINED,
            button="Avböj",
            done="Avböjde remissen",
            rule=is_staff,
            help="Remittenten ser skälet, din text och vad du föreslår i stället.",
            ask="Bara insatsens koordinatorer och verksamhetsledare kan avböja.",
            danger=True,
        ),
        "withdraw": Transition(
            sources=OPEN,
            target=S.WITHDRAWN,
            button="Återta remissen",
            done="Återtog remissen",
            rule=belongs_to_referring_unit | is_coordinator,
            ask="Remittenten kan återta remissen, eller en koordinator på personens begäran.",
            danger=True,
        ),
    }
)
