//! Invented Exchange servers: synthetic evidence for named scenarios, deterministic from a seed.
