"""Labels: how well do the label model and the audit do on shops whose grades are known?"""

from steward.evaluate import LabelOptions, Study, run_labels

TASK = Study(
    name="labels",
    about="The label model and the audit of planted errors on made shops of all languages.",
    options=LabelOptions,
    run=run_labels,
)
