"""A planner of rules in the place of a model: it understands some questions, and says when not."""
