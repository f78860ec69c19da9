"""Slips of the pen: small changes to a trusted function, each with the name of the mistake that it is."""
