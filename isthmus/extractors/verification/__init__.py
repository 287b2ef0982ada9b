"""Whether a sentence supports a statement: where it names both sides, how it is worded, how it is built."""
