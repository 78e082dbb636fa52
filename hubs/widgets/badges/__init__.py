"""The badges that a person earned."""
