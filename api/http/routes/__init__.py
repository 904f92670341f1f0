"""The routes: parse, ask the planner or the store, present."""
