"""The newest threads of mailing lists."""
