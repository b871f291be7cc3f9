//! How is the program linked? At a fixed place under Linux: its two tables are full of addresses, and moving them at every start
//! took a seventh of the time of one answer.
//! Deliberately decides nothing else. The library is not concerned.
//! Read next: `Cargo.toml`.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let target = |key: &str| std::env::var(key).unwrap_or_default();
    if target("CARGO_CFG_TARGET_OS") == "linux" && target("CARGO_CFG_TARGET_ENV") == "gnu" {
        println!("cargo:rustc-link-arg-bins=-no-pie");
    }
}
