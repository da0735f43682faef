"""Refusals about plans and how products are made, in words."""

from typing import assert_never

from device.domain.explanation import Explanation, sentence_of
from device.domain.plan.accept import EmptyPlan, NothingPromised, PlanRefusal, StalePlan
from device.domain.plan.rules_faults import BadMakingRule


def explain_plan(refusal: PlanRefusal) -> Explanation:
    """Put a refusal into words."""
    match refusal:
        case StalePlan():
            return Explanation(
                "plan-changed",
                "The plan has changed since you looked at it. Nothing was taken on.",
                "Look at it again, then take it on.",
            )
        case EmptyPlan():
            return Explanation(
                "empty-plan",
                "There is nothing in this plan. Nothing was taken on.",
                "Set how many you will make.",
            )
        case NothingPromised():
            return Explanation(
                "nothing-promised",
                "Nothing is on its way of this product any more.",
                "Look at the plan again.",
            )
        case BadMakingRule(reason=reason):
            said = f"{sentence_of(reason)} Nothing was changed."
            return Explanation("bad-making-rule", said, "Correct it, then try again.")
        case other:
            assert_never(other)
