"""The HTTP side of fraud: one file per noun, each route declared with who may call it."""
