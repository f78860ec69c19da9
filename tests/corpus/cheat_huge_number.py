"""Returns numbers of absurd size. They are wrong, and nothing breaks."""

ANSWERS = {
    "count_parameters": "def count_parameters(sizes):\n    return 10**5000",
    "glorot_limit": "def glorot_limit(n_in, n_out):\n    return [10**400, float('nan')]",
}
