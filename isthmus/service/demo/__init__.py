"""The demo: real inputs of three modalities, and two questions to ask of them."""
