"""Every screen of the portal in every state, scene by scene; for `test_every_screen` and `screens`."""

from tests.journeys.scenes import (
    accounts,
    appeals,
    decisions,
    firms,
    newcomers,
    offers,
    public,
    rights,
    turns,
)
from tests.journeys.scenes.stage import Scene

SCENES: dict[str, Scene] = {
    "public": public.pages_for_everybody,
    "accounts": accounts.signing_in,
    "safety": accounts.keeping_safe,
    "newcomer": newcomers.first_steps,
    "declined": decisions.not_approved,
    "plans": decisions.routes_and_plans,
    "outcomes": decisions.other_outcomes,
    "draft": appeals.a_draft,
    "sent": appeals.sent_and_answered,
    "turns": turns.other_turns,
    "line": offers.closed_and_used,
    "offer": offers.taken_up,
    "records": rights.records,
    "sharing": rights.copies_links_and_helpers,
    "messages": rights.messages,
    "firm": firms.a_firm_and_its_people,
}
