"""A stand-in document system that behaves as a real one does; it shares no code with the product."""
