"""First stage: which of the listed model packages goes out when nobody named one."""

from collections.abc import Iterable

from promoter.package import APPROVED, PackageSummary


def choose_latest_approved(packages: Iterable[PackageSummary]) -> PackageSummary | None:
    """The approved package created last, in whatever order they come; the higher version where times are equal."""
    approved = (package for package in packages if package.approval == APPROVED)
    return max(approved, key=lambda package: (package.created, package.version), default=None)
