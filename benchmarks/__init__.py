"""Measurements: made-up backlogs, the frozen list scheduling rule and the runner (``python -m benchmarks``)."""
