//! What enforcement asks of Git: the code that gates are judged at.

mod code;

pub use code::CodeAt;
