"""The subscriptions widget: what a person follows."""
