//! Kernels: expressions compiled to straight-line numeric programs that run over columns of points.
//! Deliberately knows no rule of calculus: what is compiled was derived before.
//! Read next: `tape.rs`, the program.

mod native;
mod tape;
