"""Two at the same moment, each with a connection of their own: one wins, the other is told."""

from collections.abc import Callable
from threading import Barrier, Thread
from uuid import uuid4

import pytest
from django.db import close_old_connections, connection
from django.utils import timezone

from accounts.access import acting
from accounts.models import Unit, User
from core.states import Stale
from programmes.services import scope_of
from referrals.models import Referral
from referrals.services import create_draft, send_referral, take_referral
from tests.cast import bind
from tests.referrals.people import Desk, answers, person

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*jobs: Callable[[], object]) -> list[object]:
    """Every job in a thread of its own, let go together; what each gave, or raised."""
    start, results = Barrier(len(jobs)), [None] * len(jobs)

    def run(at: int, job: Callable[[], object]) -> None:
        start.wait()
        try:
            results[at] = job()
        except Exception as error:
            results[at] = error
        finally:
            connection.close()

    threads = [Thread(target=run, args=pair) for pair in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    close_old_connections()
    return results


def as_user(user: User, job: Callable[[User], object]) -> Callable[[], object]:
    """`job` as `user`, in a transaction of its own."""

    def run() -> object:
        me = User.objects.get(pk=user.pk)
        with acting(me, scope_of(me, today=timezone.localdate())):
            return job(me)

    return run


def test_two_coordinators_take_the_same_remiss(transactional_db, cast) -> None:
    referral = Desk(cast).sent()

    def take(user: User) -> object:
        return take_referral(
            referral=Referral.objects.get(pk=referral.pk), user=user, version=referral.version
        )

    results = at_once(as_user(cast.karin, take), as_user(cast.jonas, take))
    losers = [one for one in results if isinstance(one, Stale)]
    winners = [one for one in results if not isinstance(one, Exception)]
    assert (len(winners), len(losers)) == (1, 1), results
    winner = winners[0].record.coordinator
    assert f"{winner.name} hann före" in losers[0].reasons[0]
    with bind(cast.karin):
        stored = Referral.objects.get(pk=referral.pk)
        assert stored.coordinator == winner
        assert stored.version == referral.version + 1
        assert list(stored.events.values_list("verb", flat=True)) == ["take", "send"]


def test_the_same_form_sent_ten_times_at_once_makes_one_remiss(transactional_db, cast) -> None:
    key, unit = uuid4(), cast.units["fk"]

    def send(user: User) -> object:
        referral, _ = create_draft(
            programme=cast.programme,
            unit=Unit.objects.get(pk=unit.pk),
            referrer=user,
            once_key=key,
        )
        locked = Referral.objects.select_for_update(of=("self",)).get(pk=referral.pk)
        if locked.state == "draft":
            for name, value in {**answers(), **person().columns()}.items():
                setattr(locked, name, value)
            locked.save()
            return send_referral(referral=locked, user=user)
        return locked

    results = at_once(*[as_user(cast.ali, send) for _ in range(10)])
    assert [one for one in results if isinstance(one, Exception)] == []
    with bind(cast.ali):
        assert Referral.objects.get().events.count() == 1


def test_numbers_given_at_once_are_different(transactional_db, cast) -> None:
    desk = Desk(cast)
    drafts = [desk.draft() for _ in range(4)]

    def sender(draft: Referral) -> Callable[[User], object]:
        return lambda user: send_referral(referral=draft, user=user)

    results = at_once(*[as_user(cast.ali, sender(draft)) for draft in drafts])
    numbers = [outcome.record.number for outcome in results]
    assert len(set(numbers)) == 4
