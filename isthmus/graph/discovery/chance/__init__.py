"""What chance explains: rewired graphs, and how path counts are distributed on them."""
