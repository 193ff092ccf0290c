"""Pure rules of the portal: how long a session lasts, who sees which screen, amounts in words."""
