"""The help wanted widget: what a team would like to have done."""
