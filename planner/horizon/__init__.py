"""Many sprints ahead: the first ones to the tick, the later ones to capacity (design.md section 4, "Horizon")."""
