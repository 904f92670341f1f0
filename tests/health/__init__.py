"""The state of a backlog before it is planned."""
