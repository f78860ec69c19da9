"""Where a submission runs: the box around it, the process inside, and the attacks that the box has to stand."""
