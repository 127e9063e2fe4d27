"""The built-in detectors: one public module an issuer, each with a tuple `DETECTORS`."""
