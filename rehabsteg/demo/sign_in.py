"""What the sign-in pages show in the demo: one of each kind to try as, and their codes."""

from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)

from rehabsteg.demo.people import demo_people


def people_to_try() -> list[dict[str, str]]:
    """One person for each role and organisation, in the demo's order."""
    kinds: dict[tuple[str, str], dict[str, str]] = {}
    for person in demo_people():
        kinds.setdefault((person["role"], person["organisation"]), person)
    return list(kinds.values())


def codes_to_try() -> str:
    """The code that the phone of each demo person who needs one would show now."""
    return ", ".join(
        f"{person['name']} {current_code(person['totp_secret'])}"
        for person in demo_people()
        if person["totp_secret"]
    )


def current_code(secret: str) -> str:
    """The six digits of this half minute."""
    counters = list(yield_hotp_counters_from_time())
    return format_hotp_value(hotp_value(secret, counters[len(counters) // 2]))
