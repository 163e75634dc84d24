//! Rules on the source text: import order, circles, host names, file lengths, clocks, leftovers, dependencies.

#[path = "architecture/circles.rs"]
mod circles;

use std::fs;
use std::path::{Path, PathBuf};

/// A source file.
struct Source {
    /// Path from the project root: `src/world/item.rs`.
    path: String,
    text: String,
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Returns files with this ending below a folder, or directly in it; none if the folder does not exist.
fn sources(folder: &str, ending: &str, deep: bool) -> Vec<Source> {
    fn walk(folder: &Path, ending: &str, deep: bool, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            let is_installed = path.ends_with("node_modules");
            if path.is_dir() && deep && !is_installed {
                walk(&path, ending, deep, found);
            } else if path.is_file() && path.to_string_lossy().ends_with(ending) {
                found.push(path);
            }
        }
    }
    let mut paths = Vec::new();
    walk(&root().join(folder), ending, deep, &mut paths);
    paths.sort();
    let source = |path: PathBuf| Source {
        text: fs::read_to_string(&path).unwrap(),
        path: path.strip_prefix(root()).unwrap().to_string_lossy().replace('\\', "/"),
    };
    paths.into_iter().map(source).collect()
}

fn rust() -> Vec<Source> {
    let files = sources("src", ".rs", true);
    assert!(files.len() > 50, "src/ was found");
    files
}

impl Source {
    /// Lines with their numbers from 1, without `//` comments and without blank lines.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let numbered = self.text.lines().zip(1..).map(|(line, n)| (n, line.split("//").next().unwrap_or("")));
        numbered.filter(|(_, line)| !line.trim().is_empty())
    }
    /// Shipped code: the lines before the test module; none of a file that only tests use.
    fn shipped(&self) -> impl Iterator<Item = (usize, &str)> {
        let end = match is_test_only(&self.path) {
            true => 0,
            false => self.text.lines().position(|line| line.trim() == "mod tests {").unwrap_or(usize::MAX),
        };
        self.code().take_while(move |(n, _)| *n <= end)
    }
    /// The path of its module: `["world", "item"]` of `src/world/item.rs`; empty for `src/lib.rs`.
    fn module(&self) -> Vec<String> {
        let path = self.path.trim_start_matches("src/").trim_end_matches(".rs");
        let names = path.split('/').filter(|name| !["lib", "mod"].contains(name));
        names.map(str::to_owned).collect()
    }
    /// The top-level module: `world` of `src/world/item.rs`, `time` of `src/time.rs`.
    fn layer(&self) -> &str {
        self.path.strip_prefix("src/").unwrap().split(['/', '.']).next().unwrap()
    }
}

/// True if the parent module, `folder/mod.rs` or `folder.rs`, declares the file, or a folder that it lies in, under
/// `#[cfg(test)]`.
fn is_test_only(path: &str) -> bool {
    let Some((folder, file)) = path.trim_end_matches("/mod.rs").rsplit_once('/') else { return false };
    let read = |path: String| fs::read_to_string(root().join(path)).ok();
    let parent = read(format!("{folder}/mod.rs")).or_else(|| read(format!("{folder}.rs"))).unwrap_or_default();
    let declared = format!("mod {};", file.trim_end_matches(".rs"));
    let is_declared = parent
        .lines()
        .zip(parent.lines().skip(1))
        .any(|(above, line)| above.trim() == "#[cfg(test)]" && line.trim() == declared);
    is_declared || is_test_only(folder)
}

/// Returns the positions of `word` in a line, as a whole word.
fn words<'a>(line: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    let part_of_word = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).map(|(at, _)| at).filter(move |&at| {
        let before = line[..at].chars().next_back().is_some_and(part_of_word);
        let after = line[at + word.len()..].chars().next().is_some_and(part_of_word);
        !(before && word.starts_with(part_of_word) || after && word.ends_with(part_of_word))
    })
}

/// Returns every occurrence of a forbidden word in the shipped code.
fn found<'a>(files: impl IntoIterator<Item = &'a Source>, forbidden: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for file in files {
        for (n, line) in file.shipped() {
            for word in forbidden.iter().filter(|word| words(line, word).next().is_some()) {
                found.push(format!("{}:{n}: {word}", file.path));
            }
        }
    }
    found
}

/// The modules in the order of `lib.rs`, which is the import order.
fn layers() -> Vec<String> {
    let lib = rust().into_iter().find(|file| file.path == "src/lib.rs").unwrap();
    let declared = |line: &str| {
        let name = line.trim().trim_start_matches("pub ").strip_prefix("mod ")?.strip_suffix(';')?;
        Some(name.to_owned())
    };
    lib.code().filter_map(|(_, line)| declared(line)).collect()
}

#[test]
fn the_search_finds_whole_words_only() {
    let hits = |line: &str, word: &str| words(line, word).count();
    assert_eq!(
        (hits("FxHashMap<u32, HashMap>", "HashMap"), hits("x.exp()", ".exp("), hits("expand.expect(", ".exp(")),
        (1, 1, 0)
    );
    assert_eq!((hits("std::time::Instant", "std::time"), hits("std::timeless", "std::time")), (1, 0));
    assert!(is_test_only("src/eligibility/fixture.rs") && !is_test_only("src/eligibility/cap.rs"));
    assert!(is_test_only("src/journeys/oracle/record.rs") && is_test_only("src/journeys/oracle/mod.rs"));
    assert!(!is_test_only("src/features/effects/mod.rs") && !is_test_only("src/lib.rs"));
    let planted = Source {
        path: "src/world/item.rs".to_owned(),
        text: "let x = 2f64.powf(y); // TODO\nmod tests {\n1.0.exp()".to_owned(),
    };
    assert_eq!(found([&planted], &[".powf(", ".exp(", "TODO"]), ["src/world/item.rs:1: .powf("]);
    assert_eq!(planted.layer(), "world");
}

#[test]
fn imports_follow_the_order_of_lib_rs() {
    let layers = layers();
    assert!(layers.len() > 10, "{layers:?}");
    let index_of = |name: &str| layers.iter().position(|layer| layer == name);
    let mut wrong = Vec::new();
    for file in rust().iter().filter(|file| file.path != "src/lib.rs") {
        let own = index_of(file.layer()).unwrap_or_else(|| panic!("{} is not in lib.rs", file.path));
        // Tests may import from later modules.
        for (n, line) in file.shipped() {
            for at in words(line, "crate").filter(|at| line[*at..].starts_with("crate::")) {
                let rest = &line[at + "crate::".len()..];
                let name: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                match index_of(&name) {
                    Some(other) if other <= own => {}
                    _ => wrong.push(format!("{}:{n}: {} must not know crate::{name}", file.path, file.layer())),
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn only_the_wasm_module_names_hosts() {
    let files = rust();
    let inside = files.iter().filter(|file| file.layer() != "wasm" && file.path != "src/lib.rs");
    let hosts = [
        "wasm_bindgen",
        "serde_wasm_bindgen",
        "js_sys",
        "web_sys",
        "JsValue",
        "JsError",
        "JsCast",
        "Promise",
        "globalThis",
        "document",
        "navigator",
        "localStorage",
        "indexedDB",
        "setTimeout",
        "browser",
        "chromium",
        "nodejs",
        "node",
        "deno",
        "spark",
        "koishi",
        "telegram",
        "discord",
        "slack",
        "wechaty",
        "grammy",
    ];
    assert_eq!(found(inside, &hosts), [""; 0]);
}

#[test]
fn time_and_seeds_are_arguments_and_functions_come_from_libm() {
    let forbidden = [
        // Clocks, entropy and the environment.
        "SystemTime",
        "Instant",
        "std::time",
        "thread_rng",
        "getrandom",
        "RandomState",
        "std::env",
        "std::fs",
        "std::thread",
        // The hash maps of std are seeded at random, and so is their order.
        "std::collections::HashMap",
        "std::collections::HashSet",
        "HashMap",
        "HashSet",
        // The elementary functions of std differ between hosts; those of libm do not. A square root is exact
        // everywhere.
        ".exp(",
        ".exp2(",
        ".exp_m1(",
        ".ln(",
        ".ln_1p(",
        ".log(",
        ".log2(",
        ".log10(",
        ".powf(",
        ".powi(",
        ".sin(",
        ".cos(",
        ".tan(",
        ".tanh(",
        ".cbrt(",
        ".hypot(",
        ".mul_add(",
        "f64::exp",
        "f64::ln",
        "f64::powf",
        "f64::powi",
        "f64::ln_1p",
        "f32::exp",
        "f32::ln",
        "f32::powf",
    ];
    assert_eq!(found(&rust(), &forbidden), [""; 0]);
}

/// Caches compare the versions of `Versioned` values, which every change increases. Only the caches inside the library and
/// the co-occurrence counts have separate revisions.
#[test]
fn versions_are_counted_in_one_file() {
    let own = ["src/engine/versioned.rs", "src/world/library.rs", "src/memory/co_occurrence/mod.rs"];
    let (counting, others): (Vec<_>, Vec<_>) = rust().into_iter().partition(|file| own.contains(&file.path.as_str()));
    let counts = ["revision +=", "version +="];
    assert_eq!(found(&others, &counts), [""; 0]);
    assert!(counting.iter().all(|file| !found([file], &counts).is_empty()));
}

#[test]
fn no_leftovers_and_no_printing_remain() {
    let forbidden = ["todo!", "unimplemented!", "dbg!", "println!", "eprintln!", "print!", "unsafe", "#[ignore]"];
    assert_eq!(found(&rust(), &forbidden), [""; 0]);
    let has_note = |text: &str| ["TODO", "FIXME", "XXX", "HACK"].iter().any(|note| words(text, note).next().is_some());
    let ours = [("src", ".rs"), ("tests", ".rs"), ("pkg", ".js"), ("scripts", ".sh")]
        .map(|(folder, ending)| sources(folder, ending, true));
    let left = ours.iter().flatten().filter(|file| {
        file.path != "tests/architecture.rs" && !file.path.starts_with("pkg/wasm/") && has_note(&file.text)
    });
    assert_eq!(left.map(|file| file.path.as_str()).collect::<Vec<_>>(), [""; 0]);
}

/// Largest number of lines of code in one file, without comments, blank lines and tests.
const MAX_LINES: usize = 300;

#[test]
fn no_file_is_too_long() {
    let mut lengths: Vec<(String, usize)> =
        rust().iter().map(|file| (file.path.clone(), file.shipped().count())).collect();
    for (folder, deep) in [
        ("pkg", false),
        ("pkg/cli", true),
        ("pkg/files", true),
        ("pkg/words", true),
        ("www/src", true),
        ("hosts", true),
    ] {
        for ending in [".js", ".ts"] {
            let files = sources(folder, ending, deep)
                .into_iter()
                .filter(|file| !file.path.ends_with(".d.ts") && !file.path.contains("/dist/"));
            lengths.extend(files.map(|file| {
                let comment = |line: &str| {
                    line.starts_with("/*") || line.starts_with("* ") || line.starts_with("*/") || line == "*"
                };
                (file.path.clone(), file.code().filter(|(_, line)| !comment(line.trim())).count())
            }));
        }
    }
    let too_long: Vec<_> = lengths.iter().filter(|(_, lines)| *lines > MAX_LINES).collect();
    assert!(too_long.is_empty(), "{too_long:#?}");
}

#[test]
fn lib_rs_is_a_contents_page_and_every_file_has_a_module_doc() {
    for file in rust() {
        assert!(file.text.starts_with("//! "), "{} begins with a doc comment", file.path);
        if file.path == "src/lib.rs" {
            // A list of names may take several lines.
            let mut is_within_use = false;
            for (n, line) in file.code() {
                let starts = ["pub mod ", "mod ", "pub use ", "#[", "#!["];
                let listed = is_within_use || starts.iter().any(|start| line.starts_with(start));
                assert!(listed, "src/lib.rs:{n}: {line}");
                is_within_use = (is_within_use || line.starts_with("pub use ")) && !line.trim_end().ends_with(';');
            }
        }
    }
}

#[test]
fn a_mod_rs_lists_its_modules_first() {
    for file in rust().iter().filter(|file| file.path.ends_with("/mod.rs")) {
        let lines: Vec<&str> = file.code().map(|(_, line)| line).collect();
        let is_listing = |line: &str| (line.starts_with("pub mod ") || line.starts_with("mod ")) && line.ends_with(';');
        let first_other =
            lines.iter().position(|line| !is_listing(line) && !line.starts_with("#[")).unwrap_or(lines.len());
        for (n, line) in lines.iter().enumerate().skip(first_other) {
            let tests = n > 0 && lines[n - 1] == "#[cfg(test)]";
            assert!(!is_listing(line) || tests, "{}: `{line}` stands below code", file.path);
        }
    }
}

#[test]
fn every_dependency_is_used() {
    // Not used directly: it lets linfa's random numbers compile without those of a host.
    const FOR_OTHERS: [&str; 1] = ["getrandom"];
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let mut listing = false;
    let mut dependencies = Vec::new();
    for line in manifest.lines() {
        if line.starts_with('[') {
            listing = line == "[dependencies]" || (line.starts_with("[target.") && line.ends_with(".dependencies]"));
        } else if let (true, Some((name, _))) = (listing, line.split_once('=')) {
            dependencies.push(name.trim().replace('-', "_"));
        }
    }
    assert!(dependencies.len() > 5, "{dependencies:?}");
    let files = rust();
    let used = |name: &str| files.iter().any(|file| file.shipped().any(|(_, line)| words(line, name).next().is_some()));
    let unused: Vec<_> =
        dependencies.iter().filter(|name| !used(name) && !FOR_OTHERS.contains(&name.as_str())).collect();
    assert!(unused.is_empty(), "{unused:?}");
}

#[test]
fn the_published_crate_has_every_file_that_its_code_includes() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let files = rust();
    let included = files.iter().flat_map(Source::shipped).filter_map(|(_, line)| line.split_once("include_bytes!(\""));
    let endings: Vec<&str> = included.filter_map(|(_, rest)| rest.split('"').next()?.rsplit('.').next()).collect();
    assert!(!endings.is_empty());
    for ending in endings {
        assert!(manifest.contains(&format!("\"/src/**/*.{ending}\"")), "Cargo.toml: include lacks *.{ending}");
    }
}
