"""The transition table of a remiss. Server, buttons and history read this and nothing else.

Source: the process "Remiss" of Rehabsteget, from draft to placement.
"""

from types import MappingProxyType

from accounts.rules import belongs_to_referring_unit, is_coordinator, is_manager, is_staff
from core.states import STAYS, Table, Transition
from referrals.enums import WAITING_STATES, ReferralState
from referrals.models import Referral
from referrals.rules.demands import DEMANDS
from referrals.rules.guards import (
    has_not_started,
    income_is_secured,
    person_accepts,
    person_is_named,
    start_can_be_undone,
    talk_can_be_moved,
    talk_is_held,
    talk_is_not_held,
)
from referrals.rules.same_person import asks_about_person, person_is_confirmed

S = ReferralState
OPEN = frozenset(WAITING_STATES)
ONLY_COORDINATOR = "Bara en rehabkoordinator i insatsen kan göra det."
ONLY_SENDER = "Bara remittentens enhet kan göra det."
ONLY_STAFF = "Bara insatsens koordinatorer och verksamhetsledare kan göra det."
TAKEN = OPEN - {S.SENT}
READY = (talk_is_held, person_accepts, income_is_secured, person_is_confirmed)


def _has_body(referral: Referral) -> bool:
    return bool(referral.programme.deciding_body)


def _has_no_body(referral: Referral) -> bool:
    return not referral.programme.deciding_body


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
        "confirm_person": Transition(
            sources=TAKEN,
            target=STAYS,
            button="Samma person?",
            done="Bekräftade att det är samma person",
            rule=is_staff,
            help="Personnumret finns sedan tidigare i insatsen. Titta efter och bekräfta.",
            ask=ONLY_STAFF,
            applies=asks_about_person,
            primary=True,
        ),
        "queue": Transition(
            sources=frozenset({S.TALK}),
            target=S.QUEUED,
            button="Ställ i kö",
            done="Ställde personen i kö",
            rule=is_coordinator,
            guards=READY,
            applies=_has_no_body,
            help="Personen väntar på plats i en grupp. Remittenten ser hur länge.",
            ask=ONLY_COORDINATOR,
            primary=True,
        ),
        "present": Transition(
            sources=frozenset({S.TALK}),
            target=S.DECIDING,
            button="Föredra för remissgruppen",
            done="Lämnade till remissgruppen",
            rule=is_coordinator,
            guards=READY,
            applies=_has_body,
            help="Remissgruppen beslutar om personen får ställas i kö.",
            ask=ONLY_COORDINATOR,
            primary=True,
        ),
        "body_accepts": Transition(
            sources=frozenset({S.DECIDING}),
            target=S.QUEUED,
            button="Remissgruppen säger ja",
            done="Remissgruppen sade ja",
            rule=is_staff,
            guards=(income_is_secured, person_is_confirmed),
            help="Personen ställs i kö. Remittenten ser beslutet.",
            ask=ONLY_STAFF,
            primary=True,
        ),
        "body_declines": Transition(
            sources=frozenset({S.DECIDING}),
            target=S.DECLINED,
            button="Remissgruppen säger nej",
            done="Remissgruppen sade nej",
            rule=is_staff,
            help="Remittenten ser skälet och vad ni föreslår i stället.",
            ask=ONLY_STAFF,
            danger=True,
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
        "miss_talk": Transition(
            sources=frozenset({S.TALK}),
            target=S.ASSESSING,
            button="Samtalet blev inte av",
            done="Samtalet blev inte av",
            rule=is_coordinator,
            guards=(talk_is_not_held,),
            ask=ONLY_COORDINATOR,
        ),
        "rebook_talk": Transition(
            sources=frozenset({S.TALK}),
            target=S.TALK,
            button="Samtalet blev inte av, boka ny tid",
            done="Samtalet blev inte av, ny tid bokad",
            rule=is_coordinator,
            guards=(talk_is_not_held,),
            ask=ONLY_COORDINATOR,
        ),
        "decline_offer": Transition(
            sources=frozenset({S.TALK}),
            target=S.WITHDRAWN,
            button="Personen tackar nej",
            done="Personen tackade nej",
            rule=is_coordinator,
            ask=ONLY_COORDINATOR,
            danger=True,
        ),
        "place": Transition(
            sources=frozenset({S.QUEUED}),
            target=S.PLACED,
            button="Ge plats i en grupp",
            done="Gav personen en plats",
            rule=is_staff,
            guards=(person_is_confirmed,),
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
        "assign": Transition(
            sources=frozenset({S.SENT}),
            target=S.ASSESSING,
            button="Ge remissen till en koordinator",
            done="Fick en ansvarig koordinator",
            rule=is_staff,
            ask=ONLY_STAFF,
        ),
        "reassign": Transition(
            sources=TAKEN,
            target=STAYS,
            button="Byt ansvarig koordinator",
            done="Bytte ansvarig koordinator",
            rule=is_staff,
            ask=ONLY_STAFF,
        ),
        "prioritise": Transition(
            sources=frozenset({S.QUEUED}),
            target=STAYS,
            button="Ändra turordningen",
            done="Ändrade turordningen",
            rule=is_staff,
            ask=ONLY_STAFF,
        ),
        # Income is counted from today: what was enough at the talk may not be weeks later.
        "change_support": Transition(
            sources=frozenset({S.TALK, S.DECIDING, S.QUEUED}),
            target=STAYS,
            button="Ändra försörjningen",
            done="Ändrade försörjningen",
            rule=is_coordinator,
            ask=ONLY_COORDINATOR,
        ),
        "set_target_group": Transition(
            sources=TAKEN,
            target=STAYS,
            button="Ange målgrupp",
            done="Angav målgrupp",
            rule=is_coordinator,
            ask=ONLY_COORDINATOR,
        ),
        "correct_number": Transition(
            sources=TAKEN,
            target=STAYS,
            button="Rätta personnumret",
            done="Rättade personnumret",
            rule=is_coordinator,
            ask=ONLY_COORDINATOR,
            applies=lambda referral: not referral.is_anonymous,
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
        "transfer": Transition(
            sources=OPEN,
            target=S.TRANSFERRED,
            button="För över till en annan insats",
            done="Förde över till en annan insats",
            rule=is_manager,
            guards=(person_is_named,),
            help="Personen ska ha lämnat samtycke. Den andra insatsen får en ny remiss.",
            ask="Bara verksamhetsledaren kan föra över en remiss.",
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
