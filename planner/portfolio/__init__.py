"""Many teams in one run: side by side, resumed where interrupted, coordinated where they share people."""
