//! The walk over a vault, its ignore rules, reading and watching files.
