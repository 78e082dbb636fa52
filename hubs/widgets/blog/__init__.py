"""What is new in blogs."""
