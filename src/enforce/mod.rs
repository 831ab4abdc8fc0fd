//! What enforcement asks of Git: the code that gates are judged at.

mod code;
mod signing;

pub use code::CodeAt;
