"""Files to scenarios: the scenario reader, backlog tables, tracker exports."""
