"""What a widget is, and one folder a widget."""
