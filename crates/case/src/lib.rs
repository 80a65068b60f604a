//! A case: everything derived from the evidence of one server, as Parquet tables with a manifest.
