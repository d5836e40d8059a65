"""What only development, the tests and the demonstration use; the image of a real place does without it."""
