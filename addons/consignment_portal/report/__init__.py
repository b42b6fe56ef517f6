"""Documents that are drawn. No models live here."""
