"""Who may do what with a remiss, what must be in place first, and the table that says both."""

from referrals.rules.demands import DEMANDS, FOLLOWS_SICK_LEAVE, FREE_TEXTS, Demand, unmet
from referrals.rules.guards import income_needed_until, weeks_needed
from referrals.rules.papers import has_attached, messages_are_closed, papers_are_closed, side_of
from referrals.rules.reminders import NEWS, REMINDERS, TO_DO, Due, check_reminder_days, reached
from referrals.rules.same_person import Earlier, earlier_with_same_number
from referrals.rules.table import TABLE

__all__ = [
    "DEMANDS",
    "FOLLOWS_SICK_LEAVE",
    "FREE_TEXTS",
    "NEWS",
    "REMINDERS",
    "TABLE",
    "TO_DO",
    "Demand",
    "Due",
    "Earlier",
    "check_reminder_days",
    "earlier_with_same_number",
    "has_attached",
    "income_needed_until",
    "messages_are_closed",
    "papers_are_closed",
    "reached",
    "side_of",
    "unmet",
    "weeks_needed",
]
