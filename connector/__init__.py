"""The edge: what document systems say, turned into values, and the only room that speaks to them."""
