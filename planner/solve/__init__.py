"""The solver: one module per constraint family, objective, warm start, relaxation, search."""
