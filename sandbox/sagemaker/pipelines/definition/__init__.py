"""A pipeline definition: read, typed, and refused with every fault that it has."""
