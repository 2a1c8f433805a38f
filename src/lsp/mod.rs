//! Between the protocol's types and ours.
