"""Whatever the listing's order, the newest approved package is chosen; nothing else ever is."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from promoter.choose import choose_latest_approved
from promoter.package import PackageSummary

STATUSES = ("Approved", "Rejected", "PendingManualApproval")
SUMMARIES = st.lists(
    st.builds(
        lambda version, second, approval: PackageSummary(
            arn=f"arn/{version}", version=version, created=datetime.fromtimestamp(second, UTC), approval=approval
        ),
        st.integers(1, 999),
        st.integers(0, 5),
        st.sampled_from(STATUSES),
    ),
    unique_by=lambda summary: summary.version,
)


@given(SUMMARIES, st.randoms(use_true_random=False))
def test_the_choice_does_not_depend_on_the_order_of_the_listing(
    summaries: list[PackageSummary], random: object
) -> None:
    shuffled = sorted(summaries, key=lambda _: random.random())  # type: ignore[attr-defined]
    assert choose_latest_approved(shuffled) == choose_latest_approved(summaries)


@given(SUMMARIES)
def test_no_approved_package_is_newer_than_the_chosen_one(summaries: list[PackageSummary]) -> None:
    chosen = choose_latest_approved(summaries)
    approved = [summary for summary in summaries if summary.approval == "Approved"]
    assert (chosen is None) == (not approved)
    if chosen is not None:
        assert chosen in approved
        assert all((one.created, one.version) <= (chosen.created, chosen.version) for one in approved)
