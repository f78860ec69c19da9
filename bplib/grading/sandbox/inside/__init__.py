"""What runs inside the sandbox, beside a student's code. It knows no answer, no seed and no score.

These modules are the only ones of the course that a submission's process can see, with `bplib.data`, `bplib.plots`, `bplib.progress`,
`bplib.types` and the calling half of `bplib.checking`. They import nothing else of bplib.
"""
