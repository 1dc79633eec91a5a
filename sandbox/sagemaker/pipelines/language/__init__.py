"""The language inside a definition: paths, references, expressions, conditions. Pure."""
