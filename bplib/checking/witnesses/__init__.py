"""Who can say what a slope is: differences, the complex step, and a tape. None of them sees the gradient under test."""
