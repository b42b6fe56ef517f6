"""Letters of documents that are drawn. No models live here."""
