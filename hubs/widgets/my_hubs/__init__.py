"""The my hubs widget: all that a person has to do with."""
