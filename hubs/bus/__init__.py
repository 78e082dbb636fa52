"""What a bus message says, whatever bus it came by."""
