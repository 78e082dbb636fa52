"""The profile widget: what a person tells of themselves in the account system."""
