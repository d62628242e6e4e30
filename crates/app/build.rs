//! Puts the built web app into the binary, if it is built: a table of the files of `web/dist`.
//! Nothing is fetched and nothing is run here; without the files the server says how to make them.

use std::{
    env,
    fmt::Write as _,
    fs, io,
    path::{Path, PathBuf},
};

fn main() -> io::Result<()> {
    let manifest = env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it");
    let out = env::var_os("OUT_DIR").expect("cargo sets it");
    let dist = Path::new(&manifest).join("../../web/dist");
    // The folder is in the repository, so that cargo sees when something comes into it.
    println!("cargo:rerun-if-changed={}", dist.display());
    println!("cargo:rerun-if-changed=build.rs");
    pack_relocations();
    let mut files = vec![];
    find(&dist, &mut files)?;
    files.sort();
    let mut table = String::from("&[\n");
    for file in files.iter().filter(|it| !is_packed(it)) {
        let name = file.strip_prefix(&dist).expect("found below it").to_string_lossy();
        let name = name.replace('\\', "/");
        let plain = include(file);
        let brotli = packed(file, "br", &files);
        let gzip = packed(file, "gz", &files);
        writeln!(
            table,
            "api::WebFile {{ name: {name:?}, plain: {plain}, brotli: {brotli}, gzip: {gzip} }},"
        )
        .expect("writing to a text");
    }
    table.push(']');
    fs::write(Path::new(&out).join("web.rs"), table)
}

/// A program that may lie anywhere tells the loader of each address in it that has to be mended, in 24 bytes, and
/// all of that is read at each start and lies in memory from then on. Packed it is a hundredth.
fn pack_relocations() {
    let is = |name: &str, value: &str| env::var(name).is_ok_and(|it| it == value);
    if is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu") {
        println!("cargo:rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
    }
}

fn find(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    if !folder.is_dir() {
        return Ok(());
    }
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            find(&path, files)?;
        } else if path.file_name().is_some_and(|it| it != ".gitignore") {
            files.push(path);
        }
    }
    Ok(())
}

fn is_packed(file: &Path) -> bool {
    file.extension().is_some_and(|it| it == "br" || it == "gz")
}

fn packed(file: &Path, ending: &str, files: &[PathBuf]) -> String {
    let mut name = file.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    let found = files.iter().find(|it| it.as_os_str() == name);
    found.map_or("None".to_owned(), |it| format!("Some({})", include(it)))
}

fn include(file: &Path) -> String {
    format!("include_bytes!({:?})", file.to_string_lossy())
}
