//! How is the program linked? Where that can be had, with everything it needs in one file at a fixed place: finding and moving shared
//! libraries and tables of addresses took as long as an answer itself.
//! Deliberately concerns only the program under Linux with glibc; the library, tests and benches are linked as usual.
//! Read next: `Cargo.toml`.

use std::path::{Path, PathBuf};
use std::process::Command;

/// What Rust's standard library asks the linker for, and the archives that hold the same.
const LIBRARIES: [(&str, &[&str]); 7] = [
    ("gcc_s", &["gcc_eh", "gcc"]),
    ("util", &["util"]),
    ("rt", &["rt"]),
    ("pthread", &["pthread"]),
    ("m", &["m"]),
    ("dl", &["dl"]),
    ("c", &["c", "gcc_eh", "gcc"]),
];

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-env-changed=RUSTC_LINKER");
    let variable = |key: &str| std::env::var(key).unwrap_or_default();
    if variable("CARGO_CFG_TARGET_OS") != "linux" || variable("CARGO_CFG_TARGET_ENV") != "gnu" {
        return;
    }
    println!("cargo:rustc-link-arg-bins=-no-pie");
    let linker = Some(variable("RUSTC_LINKER")).filter(|linker| !linker.is_empty()).unwrap_or("cc".to_owned());
    let archives_are_here = LIBRARIES.iter().flat_map(|(_, archives)| *archives).all(|archive| has_archive(&linker, archive));
    if variable("HOST") == variable("TARGET")
        && archives_are_here
        && let Some(folder) = redirect(Path::new(&variable("OUT_DIR")))
    {
        println!("cargo:rustc-link-arg-bins=-static");
        println!("cargo:rustc-link-arg-bins=-L{}", folder.display());
        // GNU ld writes the file as a copy is written, in large pieces of the system's memory; lld maps it, and each page of it is found
        // by itself at every start: 2.7 times an empty program instead of 1.9. It takes longer, where programs are linked often.
        let chosen =
            ["fuse-ld", "linker-flavor", "linker-plugin-lto"].iter().any(|word| variable("CARGO_ENCODED_RUSTFLAGS").contains(word));
        if variable("PROFILE") == "release" && !chosen && has_gnu_ld(&linker) {
            println!("cargo:rustc-link-arg-bins=-fuse-ld=bfd");
        }
    }
}

fn has_gnu_ld(linker: &str) -> bool {
    Command::new(linker).args(["-fuse-ld=bfd", "-Wl,--version"]).output().is_ok_and(|answer| answer.status.success())
}

/// Whether the linker would find `lib{name}.a`; some distributions have those of the C library in a package of their own.
fn has_archive(linker: &str, name: &str) -> bool {
    let answer = Command::new(linker).arg(format!("-print-file-name=lib{name}.a")).output();
    answer.is_ok_and(|answer| Path::new(String::from_utf8_lossy(&answer.stdout).trim()).is_absolute())
}

/// A folder in which the name of each shared library leads to its archives, in the linker's own words: `rustc` asks for shared ones
/// whatever the program wants, unless all crates, build scripts and tests are to be static too.
fn redirect(out: &Path) -> Option<PathBuf> {
    let folder = out.join("archives");
    std::fs::create_dir_all(&folder).ok()?;
    for (name, archives) in LIBRARIES {
        let archives: Vec<String> = archives.iter().map(|archive| format!("-l:lib{archive}.a")).collect();
        std::fs::write(folder.join(format!("lib{name}.so")), format!("GROUP({})\n", archives.join(" "))).ok()?;
    }
    Some(folder)
}
