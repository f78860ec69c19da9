"""The way of a submission: read, cleaned, run and judged by a worker, put down in the journal, entered."""

#: What a worker does while no submission has come yet. A name: the command that asks for it need not import it.
READY = "bplib.grading.work.worker:ready"
