"""The contracts: what a scenario file, a request and a plan may contain. No logic beyond validation."""
