"""Pages of reports, jobs and figures, and of lists that are brought in."""

from reporting.views.imports import (
    import_confirm,
    import_detail,
    import_discard,
    import_list,
    import_new,
    import_rejects,
    import_template,
    import_undo,
)
from reporting.views.reports import (
    dashboard,
    job_detail,
    job_download,
    job_retry,
    report_detail,
    report_download,
    report_list,
    report_new,
    sus_document,
)

__all__ = [
    "dashboard",
    "import_confirm",
    "import_detail",
    "import_discard",
    "import_list",
    "import_new",
    "import_rejects",
    "import_template",
    "import_undo",
    "job_detail",
    "job_download",
    "job_retry",
    "report_detail",
    "report_download",
    "report_list",
    "report_new",
    "sus_document",
]
