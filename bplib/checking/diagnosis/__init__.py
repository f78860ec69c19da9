"""Why a gradient is wrong, and in which line."""
