"""The verbs of payment: the engine's (asyncio, whole lists) and the office's (one request each)."""
