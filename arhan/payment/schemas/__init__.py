"""What crosses payment's HTTP border: the engine's shapes (msgspec) and the office's (Ninja)."""
