"""The rules widget: what a team has agreed on."""
