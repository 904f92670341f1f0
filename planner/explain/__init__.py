"""Why a plan is as it is, in words that are proven: see :func:`planner.explain.explanation.explain`."""
