//! The program from outside: real repositories, the real binary, Git as the referee.

mod batches;
mod identity;
mod kills;
mod kinds;
mod promises;
mod races;
mod sandbox;
mod smoke;
mod texts;
mod undo;
mod views;
