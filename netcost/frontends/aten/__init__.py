"""From operations of ATen, PyTorch's own language, to layers: shared by exported programs and by modules that are run."""
