"""Reports: what each form says, and what it does with strange texts."""
