"""A plan in the forms people hand on: one module per format."""
