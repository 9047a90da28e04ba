"""Files, the lake (Delta tables) and documents."""
