"""Jobs and the files they make, annual reports, and lists that were brought in."""

from reporting.models.job import AnnualReport, Job
from reporting.models.registration_import import ImportRow, RegistrationImport

__all__ = ["AnnualReport", "ImportRow", "Job", "RegistrationImport"]
