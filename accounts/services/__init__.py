"""Giving a person a role, the read log, and telling people by notice and e-mail."""

from accounts.services.emails import retry_parked_emails, send_emails, write_emails
from accounts.services.memberships import end_membership, grant_membership
from accounts.services.notices import (
    choose_notice_email,
    mark_all_read,
    mark_read,
    mark_read_about,
    open_count,
    settle_notices,
    tell,
)
from accounts.services.read_log import PAGE_SIZE, LogFilter, LogPage, read_log_page

__all__ = [
    "PAGE_SIZE",
    "LogFilter",
    "LogPage",
    "choose_notice_email",
    "end_membership",
    "grant_membership",
    "mark_all_read",
    "mark_read",
    "mark_read_about",
    "open_count",
    "read_log_page",
    "retry_parked_emails",
    "send_emails",
    "settle_notices",
    "tell",
    "write_emails",
]
