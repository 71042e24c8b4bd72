"""From figures to chapters: what the annual report says, and nothing it may not say.

The figures come already suppressed for their audience; here they are only read, put into sentences
and tables, and never counted again.
"""

from reporting.services.report_content.build import build_report_context

__all__ = ["build_report_context"]
