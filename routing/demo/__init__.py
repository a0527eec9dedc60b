"""A coherent small ministry for trying the product out; never for production."""
