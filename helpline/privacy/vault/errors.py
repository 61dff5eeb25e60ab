"""Ways in which sealed text stays shut."""


class VaultError(Exception):
    """Sealed text could not be opened."""


class KeyDestroyedError(VaultError):
    """There is no key: the text was erased for good, or never had one."""


class TamperedError(VaultError):
    """The ciphertext is not the one that was sealed here, in this row, with this key."""
