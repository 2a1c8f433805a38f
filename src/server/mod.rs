//! The owner loop, its state and the handlers of the protocol.
