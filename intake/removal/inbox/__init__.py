"""Mail that comes in: read in memory, reduced to what somebody wrote, and never kept as it came."""
