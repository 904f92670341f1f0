"""Why an item is in or out, in words."""
