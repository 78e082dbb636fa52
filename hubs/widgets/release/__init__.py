"""The releases that are made or cared for, and the milestones on their way."""
