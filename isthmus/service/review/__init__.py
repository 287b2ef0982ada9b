"""Review: what is worth a person's look, what people say of it, how well they agree, and what that teaches."""
