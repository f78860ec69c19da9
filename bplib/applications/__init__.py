"""What trained networks are used for, one kind of task a module."""
