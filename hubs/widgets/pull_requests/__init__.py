"""The pull requests widget: those of any forge, and what its machines say of them."""
