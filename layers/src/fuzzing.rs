//! What must hold for whatever strangers send: one function a parser, each of which panics where something does not.
