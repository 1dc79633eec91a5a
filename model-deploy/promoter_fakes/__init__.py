"""What the tests put in place of AWS: model archives of every kind, endpoints with manners, and a small local AWS."""
