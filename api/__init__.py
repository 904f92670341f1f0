"""Every way in: the command line; thin: parse, call planner, present."""
