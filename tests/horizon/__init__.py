"""Plans over many sprints."""
