"""What yields blobs: trees, homes, histories, CI exports, standard input."""
