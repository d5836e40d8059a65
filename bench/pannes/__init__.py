"""What breaks, and what it costs: `make pannes`, by hand, one table at the end."""
