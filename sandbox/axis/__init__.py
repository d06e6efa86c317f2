"""A small national document axis: agencies send each other packets through it, in two dialects of its interface."""
