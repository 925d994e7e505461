"""What dma reads."""
