//! No two files import from each other, directly or by way of others.
//!
//! One import is left aside: a file may use the definitions of the `mod.rs` above it, because a folder's `mod.rs` has
//! the code that its files share.

use std::collections::{BTreeMap, BTreeSet};
use std::slice;

use super::{Source, rust};

/// Path of a module or item from the root of the crate: `["world", "item"]`.
type Path = Vec<String>;

/// Splits `a::{b, c::{d, e as f}}` into the paths `a::b`, `a::c::d`, `a::c::e`.
fn paths_of_use(tree: &str) -> Vec<Path> {
    let Some((before, list)) = tree.split_once('{') else {
        let path = tree.split(" as ").next().unwrap_or(tree);
        return vec![path.split("::").map(|name| name.trim().to_owned()).filter(|name| name != "self").collect()];
    };
    let list = list.trim_end().strip_suffix('}').expect("a list ends with a brace");
    let mut depth = 0;
    let parts = list.split(|c| {
        depth += i32::from(c == '{') - i32::from(c == '}');
        c == ',' && depth == 0
    });
    let parts = parts.filter(|part| !part.trim().is_empty());
    parts.flat_map(|part| paths_of_use(&format!("{before}{part}"))).collect()
}

/// Imports of all files.
struct Imports {
    /// Paths that each module's file names, absolute.
    paths: BTreeMap<Path, Vec<Path>>,
    /// Names that a module passes on by `pub use`, and the path of each.
    passed_on: BTreeMap<Path, Path>,
}

impl Imports {
    fn of(files: &[Source]) -> Self {
        let paths = files.iter().map(|file| (file.module(), Vec::new())).collect();
        let mut imports = Self { paths, passed_on: BTreeMap::new() };
        for file in files {
            let module = file.module();
            let text: String = file.shipped().map(|(_, line)| format!("{line}\n")).collect();
            let (mut rest, mut others, mut paths) = (text.as_str(), String::new(), Vec::new());
            while let Some((before, tree, is_public, after)) = next_use(rest) {
                for path in paths_of_use(tree).iter().filter_map(|path| imports.absolute(path, &module)) {
                    paths.push((path, is_public));
                }
                others.push_str(before);
                rest = after;
            }
            others.push_str(rest);
            for word in others.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':')) {
                let names: Path = word.split("::").map(str::to_owned).collect();
                let path = imports.absolute(&names, &module).filter(|_| names.len() > 1);
                paths.extend(path.map(|path| (path, false)));
            }
            for (path, name) in paths.iter().filter(|(_, is_public)| *is_public).map(|(path, _)| (path, path.last())) {
                imports
                    .passed_on
                    .extend(name.map(|name| ([&module[..], slice::from_ref(name)].concat(), path.clone())));
            }
            imports.paths.insert(module, paths.into_iter().map(|(path, _)| path).collect());
        }
        imports
    }

    /// Returns a path of ours from the root of the crate; `None` for a path of another crate or of a local name.
    fn absolute(&self, path: &[String], module: &[String]) -> Option<Path> {
        let ups = path.iter().take_while(|name| *name == "super").count();
        match path.first()?.as_str() {
            "crate" => Some(path[1..].to_vec()),
            "super" => Some([&module[..module.len() - ups], &path[ups..]].concat()),
            child => {
                let known = self.paths.contains_key(&[module, &[child.to_owned()]].concat());
                known.then(|| [module, path].concat())
            }
        }
    }

    /// Returns the module whose file defines the item of a path.
    fn definer(&self, path: &[String]) -> Path {
        let length = (0..=path.len()).rev().find(|length| self.paths.contains_key(&path[..*length])).unwrap_or(0);
        match path.get(..=length).and_then(|name| self.passed_on.get(name)) {
            Some(target) => self.definer(&[target, &path[length + 1..]].concat()),
            None => path[..length].to_vec(),
        }
    }

    /// Returns the imports that are part of a circle, as (importing, imported) modules.
    fn circles(&self) -> Vec<(Path, Path)> {
        let imported = |module: &Path| -> BTreeSet<Path> {
            let definers = self.paths[module].iter().map(|path| self.definer(path));
            definers.filter(|definer| !definer.is_empty() && !module.starts_with(definer)).collect()
        };
        let edges: BTreeMap<&Path, BTreeSet<Path>> =
            self.paths.keys().map(|module| (module, imported(module))).collect();
        let reaches = |from: &Path, to: &Path| {
            let (mut known, mut open) = (BTreeSet::from([from]), vec![from]);
            while let Some(module) = open.pop() {
                open.extend(edges[module].iter().filter(|next| known.insert(next)));
            }
            known.contains(to)
        };
        let all = edges.iter().flat_map(|(&from, others)| others.iter().map(move |to| (from.clone(), to.clone())));
        all.filter(|(from, to)| reaches(to, from)).collect()
    }
}

/// Returns the text before the next `use` statement, its tree, whether it is public, and the text after it.
fn next_use(text: &str) -> Option<(&str, &str, bool, &str)> {
    let starts = text.match_indices("use ").map(|(at, _)| at);
    let (at, before) = starts
        .map(|at| (at, text[..at].rsplit('\n').next().unwrap_or("").trim()))
        .find(|(_, before)| before.is_empty() || before.starts_with("pub"))?;
    let end = at + text[at..].find(';')?;
    Some((&text[..at - before.len()], &text[at + "use ".len()..end], !before.is_empty(), &text[end + 1..]))
}

fn planted(files: &[(&str, &str)]) -> Vec<String> {
    let files: Vec<Source> =
        files.iter().map(|(path, text)| Source { path: (*path).to_owned(), text: (*text).to_owned() }).collect();
    let named = |path: &Path| path.join("::");
    Imports::of(&files).circles().iter().map(|(from, to)| format!("{} → {}", named(from), named(to))).collect()
}

#[test]
fn no_circle_exists_between_files() {
    let circles = Imports::of(&rust()).circles();
    assert!(circles.is_empty(), "{circles:#?}");
}

#[test]
fn the_search_finds_circles() {
    let two = [("src/a.rs", "use crate::b::{self, B};"), ("src/b.rs", "fn b() { crate::a::f() }")];
    assert_eq!(planted(&two), ["a → b", "b → a"]);
    let three = [
        ("src/m/mod.rs", "pub use x::{X, z::Z};"),
        ("src/m/x.rs", "use std::fmt;\nuse super::{\n    y::{Y},\n};"),
        ("src/m/y.rs", "use crate::n::N;"),
        ("src/n.rs", "pub use crate::m::X;"),
        ("src/o.rs", "use super::n::X;"),
    ];
    assert_eq!(planted(&three), ["m::x → m::y", "m::y → n", "n → m::x"]);
    let child = [("src/m/mod.rs", "use x::X;\nstruct M;"), ("src/m/x.rs", "use super::M;\nmod tests {\nuse super::y;")];
    assert_eq!(planted(&child), [""; 0]);
    let tests = [("src/a.rs", "use crate::b::B;"), ("src/b.rs", "mod tests {\nuse crate::a::A;"), ("src/c.rs", "")];
    assert_eq!(planted(&tests), [""; 0]);
}
