"""Team hubs that mirror a group of the account system."""
