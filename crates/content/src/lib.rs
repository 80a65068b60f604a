//! Declarations of what to look for: log layouts, rules, indicators, builds and campaign packs.
