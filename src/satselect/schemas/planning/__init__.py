"""What planning in time is told and tells: passes, plans, outages."""
