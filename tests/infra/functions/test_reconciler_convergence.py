"""The reconciler against a registry and a pipeline that behave, in any order of what may happen to them."""

from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from infra.functions.reconciler.handler import reconcile
from tests.infra.functions.deploy_world import SETTINGS, DeployWorld, Package
from tests.infra.functions.queued_pipeline import NO_VERSION

VERSIONS = 3
Act = tuple[str, int]
# What may happen, as often as its name stands here. No act delivers an event: `wake` is an event, a duplicate, a late one
# and the schedule alike, so a history without `wake` has lost every event.
ACTS = ["approve"] * 5 + ["reject"] * 2 + ["withdraw", "replace", "push", "roll back"] + ["wake"] * 5
ENDS = ["Succeeded"] * 3 + ["Failed", "Stopped", "Cancelled"]
HISTORIES = st.lists(st.tuples(st.sampled_from(ACTS + ENDS), st.integers(1, VERSIONS)), min_size=10, max_size=70)


def spec_of_wanted(world: DeployWorld) -> Package | None:
    """Said a second time, and otherwise than the code says it: of the approved ones the last by the order of decisions."""
    approved = sorted((each.modified, each.number) for each in world.packages.values() if each.status == "Approved")
    return world.packages[approved[-1][1]] if approved else None


@dataclass
class History:
    """A world, what happens to it, and how many starts the decisions so far entitle the reconciler to."""

    world: DeployWorld
    entitled: int = 0

    def happen(self, act: str, number: int) -> None:
        world = self.world
        match act:
            case "wake":
                self.wake()
            case "approve" | "reject" | "withdraw" if number in world.packages:
                status = {"approve": "Approved", "reject": "Rejected"}.get(act, "PendingManualApproval")
                world.decide(number, status)
                self.entitled = 1
            case "replace" if number in world.packages:
                del world.packages[number]
                world.register()
                self.entitled = 1
            case "push":
                world.push()
            case "roll back":
                done = [each for each in world.runs if each.status == "Succeeded" and each.resolved]
                if done:
                    world.roll_back_stage(done[number % len(done)])
            case _ if act in ENDS:
                self.finish(act)

    def finish(self, outcome: str) -> bool:
        """A run that nobody judged, and a push that put another version live, leave the decision open again."""
        run = self.world.finish(outcome)
        if run is not None and (run.status == "Cancelled" or (run.value == NO_VERSION and run.status == "Succeeded")):
            self.entitled = 1
        return run is not None

    def wake(self) -> None:
        before = len(self.world.runs)
        reconcile(self.world.clients, SETTINGS)
        for started in self.world.runs[before:]:
            chosen = spec_of_wanted(self.world)
            assert chosen is not None
            assert started.value == chosen.arn
            self.entitled -= 1
        assert self.entitled >= 0, "two starts for one decision"

    def settle(self) -> None:
        """The schedule alone: no event, and deployments that succeed."""
        self.wake()
        while self.finish("Succeeded"):
            self.wake()


@settings(max_examples=400)
@given(acts=HISTORIES, remembers=st.booleans(), page=st.integers(1, 4))
def test_after_any_history_the_version_approved_last_is_live(acts: list[Act], remembers: bool, page: int) -> None:
    history = History(DeployWorld(page=page, remembers_tokens=remembers))
    for _ in range(VERSIONS):
        history.world.register()
    for act, number in acts:
        history.happen(act, number)
    history.settle()
    chosen = spec_of_wanted(history.world)
    if chosen is None:
        return
    if history.world.live != chosen.arn:
        order = [each for each in history.world.runs if each.value == chosen.arn and each.kind == "STANDARD"][-1]
        assert chosen.modified is not None
        assert order.started >= chosen.modified, "an approval without a deployment"
        history.happen("approve", chosen.number)
        history.settle()
    assert history.world.live == chosen.arn


@settings(max_examples=150)
@given(acts=HISTORIES)
def test_where_no_deployment_fails_the_schedule_alone_makes_it_live(acts: list[Act]) -> None:
    history = History(DeployWorld())
    for _ in range(VERSIONS):
        history.world.register()
    for act, number in acts:
        if act not in ("wake", "Failed", "Stopped", "roll back"):
            history.happen(act, number)
    history.settle()
    chosen = spec_of_wanted(history.world)
    assert chosen is None or history.world.live == chosen.arn
