"""Every CodeBuild operation that the sandbox answers; any other is named in a NotImplemented error."""

from __future__ import annotations

from sandbox.codebuild import builds, projects
from sandbox.codebuild.reports import groups, reports

OPERATIONS = projects.OPERATIONS | builds.OPERATIONS | groups.OPERATIONS | reports.OPERATIONS
