_cryptography: bool
