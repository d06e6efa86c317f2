"""Translation, pure: what the document system says into what tracking knows, and back into words."""
