"""What-ifs: a scenario with some things changed, planned beside it (design.md section 8)."""
