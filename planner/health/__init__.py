"""The state of a backlog before it is planned: is it ready, well cut, without doubles, and what may block."""
