from django.apps import AppConfig


class ReferralsConfig(AppConfig):
    name = "referrals"
    verbose_name = "Remisser"

    def ready(self) -> None:
        """An installation whose own reminder days don't fit the rules doesn't start."""
        from referrals.rules import check_reminder_days

        check_reminder_days()
