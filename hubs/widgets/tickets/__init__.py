"""The tickets widget: tickets, bugs and issues of any tracker."""
