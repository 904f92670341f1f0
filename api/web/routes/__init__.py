"""The page's routes: who is there, what they look at, what they change."""
