"""Lift: what did stewardship give search back of what the errors of a catalogue took?"""

from steward.evaluate import LiftOptions, Study, run_lift

TASK = Study(
    name="lift",
    about="nDCG@10 on a catalogue raw, stewarded and clean: how much of the loss came back.",
    options=LiftOptions,
    run=run_lift,
)
