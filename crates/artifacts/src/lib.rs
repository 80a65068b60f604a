//! Artifacts: the bytes of one evidence file turned into rows and rejects.
