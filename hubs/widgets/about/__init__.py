"""The about widget: what a person or a team says of itself."""
