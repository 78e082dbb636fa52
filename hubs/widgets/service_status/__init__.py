"""What is out at Fedora now, and what will be."""
