"""Messages on a reporter's status page, and on the caseworkers' desk."""
