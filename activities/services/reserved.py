"""How the places of a group are shared between target groups, as the steering group has decided."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from activities.models import Group
from core.formatting import counted
from programmes.enums import CodeList
from programmes.services import code_labels, free_for, reserved_in_group, reserved_on
from referrals.models import Referral


@dataclass(frozen=True)
class GroupPlaces:
    """A group's `size` places: `kept` for target groups, and the target group of each taken one.

    An anonymous member counts as being in no target group: of them only gender and year are kept.
    """

    name: str
    size: int
    kept: Mapping[str, int]
    taken: tuple[str, ...]
    labels: Mapping[str, str]

    def free_for(self, target_group: str) -> int:
        """Places that somebody of the target group (blank: none) can take."""
        return free_for(target_group, size=self.size, kept=self.kept, taken=self.taken)

    def label(self, target_group: str) -> str:
        """The target group in words."""
        return self.labels.get(target_group, target_group)

    def after(self, target_group: str) -> "GroupPlaces":
        """The group's places when one more of the target group has been let in."""
        return GroupPlaces(
            self.name, self.size, self.kept, (*self.taken, target_group), self.labels
        )

    @property
    def words(self) -> list[str]:
        """A sentence for each reservation: how many places, for whom, how many are left."""
        inside = Counter(self.taken)
        return [
            f"{counted(places, 'plats är reserverad', 'platser är reserverade')} för "
            f"{self.label(code)}, {max(0, places - inside[code])} av dem lediga."
            for code, places in self.kept.items()
        ]


def target_group_of(referral: Referral) -> str:
    """The target group that counts when places are given out. Blank for the anonymous."""
    return "" if referral.is_anonymous else referral.target_group


def places_of(*, group: Group) -> GroupPlaces:
    """The group's places as they stand, with the decisions that hold on its first day. Three queries."""
    rows = group.memberships.filter(left_on=None)
    named = rows.values_list("enrolment__referral__target_group", flat=True)
    decisions = reserved_on(programme=group.programme, day=group.starts_on)
    return GroupPlaces(
        name=str(group),
        size=group.size,
        kept=reserved_in_group(decisions, size=group.size, number=group.number),
        taken=(*(code or "" for code in named), *[""] * group.anonymous_members),
        labels=code_labels(CodeList.TARGET_GROUP),
    )


def why_reserved(places: GroupPlaces, chosen: Iterable[Referral]) -> list[str]:
    """Why the chosen can't all come in though the group has room: others have their places reserved.

    Whoever is let in first makes no difference; the sentence names everybody there is no room for.
    """
    left_out = []
    for referral in chosen:
        code = target_group_of(referral)
        if places.free_for(code):
            places = places.after(code)
        else:
            left_out.append(referral.shown_name)
    if not left_out or not places.kept:
        return []
    kept = " ".join(places.words)
    return [
        f"{places.name} har ingen öppen plats för {', '.join(left_out)}. {kept} "
        "Bara den målgrupp styrgruppen beslutat om kan få en reserverad plats, tills styrgruppen "
        "beslutar något annat."
    ]
