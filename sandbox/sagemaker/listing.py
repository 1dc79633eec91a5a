"""A List operation as data: what its rows are called, how they are ordered, and what a summary shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sandbox.sagemaker.paging import matching, page
from sandbox.store import Document


@dataclass(frozen=True, kw_only=True)
class Listing:
    """`answer` is the member that holds the summaries; `summary` their members. SortBy is CreationTime unless asked otherwise."""

    answer: str
    name: str
    summary: Sequence[str]
    status: str = ""
    descending: bool
    sort_by: Mapping[str, str] = field(default_factory=dict)  # SortBy's value -> the member it stands for
    then_by: Sequence[str] = ()  # tells apart rows of the same time and name

    def of(self, rows: Sequence[Document], request: Document) -> Document:
        """The page that the request asks for."""
        first = {"Name": self.name, **self.sort_by}.get(request.get("SortBy", ""), "CreationTime")
        members = (first, *self.then_by, self.name)
        chosen, more = page(
            matching(rows, request, name=self.name, status=self.status),
            request,
            order=lambda row: [row[member] for member in members],
            descending=self.descending,
        )
        return {self.answer: [self._summary(row) for row in chosen], **more}

    def _summary(self, row: Document) -> Document:
        return {member: row[member] for member in self.summary if row.get(member) is not None}
