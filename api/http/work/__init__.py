"""Jobs at work: what kinds there are, the processes that solve them, and who is next."""
