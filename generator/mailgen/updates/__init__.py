"""Floor 3: newer provider data, taken only when somebody asks: signed, judged, kept."""
