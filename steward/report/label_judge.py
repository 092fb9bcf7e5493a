"""What a judge would cost, and how it did, for the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from steward.report.terminal import counted

if TYPE_CHECKING:
    from steward.job.labelling_judge import Judged
    from steward.label.gate import Gate


def judged_parts(judged: Judged) -> list[str]:
    """The price, the figures beside their yardsticks, and what was labelled."""
    lines = [f"Judge: {judged.model}, {', '.join(judged.prompts)}"]
    lines += [_price("The judged sample", judged), _price("The rest", judged, rest=True)]
    if judged.gate is not None:
        lines += _figures(judged.gate)
        failed = f"; {judged.failures:,} requests failed" if judged.failures else ""
        lines.append(f"{counted(judged.labelled, 'pair')} labelled by it{failed}.")
    return lines


def _price(name: str, judged: Judged, *, rest: bool = False) -> str:
    plan = judged.rest if rest else judged.sample
    cost = f", {plan.cost:.2f} {plan.currency}" if plan.cost else ""
    kept = f" ({plan.kept:,} kept from before)" if plan.kept else ""
    counted_by = "" if plan.counted == "all" else f" ({plan.counted})"
    return (
        f"{name}: {plan.calls:,} calls{kept}, {plan.tokens_in:,} tokens in{counted_by}, "
        f"at most {plan.tokens_out:,} out{cost}."
    )


def _figures(gate: Gate) -> list[str]:
    people = "not known: nobody judged a pair twice" if gate.ceiling is None else "of people"
    ceiling = people if gate.ceiling is None else f"{gate.ceiling:.3f} between people"
    wordings = ", ".join(f"{name} {value:.3f}" for name, value in gate.spread.items())
    order = "not measured" if gate.order is None else str(gate.order)
    return [
        f"On {gate.pairs:,} pairs of {gate.queries:,} queries that people judged:",
        f"  κ with people     {gate.agreement}  (ceiling: {ceiling}; it must surely be "
        f"{gate.least:g})",
        f"  κ, unweighted     {gate.plain:.3f}",
        f"  κ by wording      {wordings}",
        f"  area under curve  {gate.area}",
        f"  τ of systems      {order}",
        f"  right             {gate.right:.1%}  (always the usual grade: {gate.usual:.1%})",
        f"  calibration error {gate.error:.3f}",
        "  passed" if gate.passed else "  refused",
    ]
