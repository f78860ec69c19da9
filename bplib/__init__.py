"""Backpropagation, built to be read: a small numpy reference implementation.

Each module is one concept of the book and bears its name. ``import bplib`` needs numpy alone.
"""

__version__ = "0.1.0"
