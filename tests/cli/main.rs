//! The program from outside: real repositories, the real binary, Git as the referee.

mod sandbox;
mod smoke;
