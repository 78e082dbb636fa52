"""The activity widget: how much happened, week by week and over a year."""
