"""The HTTP service: thin routes over the planner, solving in processes of its own, everything kept in a store."""
