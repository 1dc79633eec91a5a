"""What the project needs of the account's quotas, and which of them would stop it, each with the page to raise it on. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from infra.commands.doctor.finding import Finding, Level
from infra.commands.instances import Fleet, Job

# The build projects are of this kind (parts/build_project.py). Both pipelines start when they are made, and so do their builds;
# a new account may run one at a time, and CodeBuild refuses the second instead of queueing it.
# https://docs.aws.amazon.com/codebuild/latest/userguide/limits.html
BUILDS = "Concurrently running builds for Linux/Small environment"
_BUILDS_AT_ONCE = 2


@dataclass(frozen=True, kw_only=True)
class Quota:
    """One quota as the account has it, or its default where nothing else is applied."""

    service: str
    code: str
    value: float

    def page(self, region: str) -> str:
        """Where a person asks for more."""
        return f"https://{region}.console.aws.amazon.com/servicequotas/home/services/{self.service}/quotas/{self.code}"


@dataclass(frozen=True, kw_only=True)
class Need:
    """So much of one quota, and what happens with less."""

    quota: str
    least: int
    otherwise: str


def needs(fleets: Iterable[Fleet], jobs: Iterable[Job]) -> list[Need]:
    """Of the account that all these fleets are in, and of the one that the jobs are in."""
    return [*_of_endpoints(list(fleets)), *_of_jobs(list(jobs))]


def builds() -> Need:
    refused = 'one of two builds at once is refused; "aws codepipeline retry-stage-execution" runs it later'
    return Need(quota=BUILDS, least=_BUILDS_AT_ONCE, otherwise=refused)


def _of_endpoints(fleets: Sequence[Fleet]) -> Iterator[Need]:
    """While an endpoint is updated, its new instances run next to the old ones (blue/green), and those of the other stages run on.

    https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails-blue-green.html
    """
    for kind in sorted({fleet.type for fleet in fleets}):
        its = [fleet for fleet in fleets if fleet.type == kind]
        running, largest = sum(fleet.count for fleet in its), max(fleet.count for fleet in its)
        quota = f"{kind} for endpoint usage"
        what = " and ".join(f"{fleet.stage} {fleet.count}" for fleet in its)
        yield Need(quota=quota, least=running, otherwise=f"the endpoints ({what}) would not all start")
        doubled = (
            f"the first deployment would go through, and an update fail: it runs up to {largest} more beside {what}"
        )
        yield Need(quota=quota, least=running + largest, otherwise=doubled)


def _of_jobs(jobs: Sequence[Job]) -> Iterator[Need]:
    """Steps that ask for the same wait for one another in a run; runs side by side need more."""
    for use, kind in sorted({(job.use, job.type) for job in jobs}):
        its = [job for job in jobs if (job.use, job.type) == (use, kind)]
        steps = ", ".join(job.step for job in its)
        yield Need(
            quota=f"{kind} for {use} job usage",
            least=max(job.count for job in its),
            otherwise=f"{steps} would not start",
        )


def shortages(wanted: Iterable[Need], quotas: Mapping[str, Quota], *, region: str) -> Iterator[Finding]:
    """One problem for each quota that does not suffice, by the first need that it fails."""
    told: set[str] = set()
    most = {need.quota: need.least for need in sorted(wanted, key=lambda need: need.least)}
    for need in wanted:
        quota = quotas.get(need.quota)
        if quota is None or quota.value >= need.least or need.quota in told:
            continue
        told.add(need.quota)
        sentence = f'The quota "{need.quota}" is {quota.value:g}, and {most[need.quota]} are needed: {need.otherwise}.'
        yield Finding(Level.PROBLEM, sentence, f"ask for {most[need.quota]} at {quota.page(region)}")


def unlisted(wanted: Iterable[Need], quotas: Mapping[str, Quota]) -> list[str]:
    """The quotas that the account does not list."""
    return sorted({need.quota for need in wanted} - quotas.keys())
