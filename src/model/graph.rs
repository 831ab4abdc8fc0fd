//! Circles in what depends on what.

use std::collections::BTreeSet;

/// A circle in a graph of numbered nodes: each node leads to the next, the last to the first.
/// Walks without recursion, so that a long chain cannot exhaust the stack.
pub fn find_cycle(
    nodes: impl Iterator<Item = usize>,
    edges: impl Fn(usize) -> Vec<usize>,
) -> Option<Vec<usize>> {
    let mut done = BTreeSet::new();
    for start in nodes {
        let mut path: Vec<(usize, Vec<usize>)> = Vec::new();
        let mut on_path = BTreeSet::new();
        if !done.contains(&start) {
            on_path.insert(start);
            path.push((start, edges(start)));
        }
        while let Some((node, open)) = path.last_mut() {
            let node = *node;
            match open.pop() {
                Some(next) if on_path.contains(&next) => {
                    let from = path.iter().position(|(node, _)| *node == next).unwrap_or(0);
                    return Some(path[from..].iter().map(|(node, _)| *node).collect());
                }
                Some(next) if !done.contains(&next) => {
                    on_path.insert(next);
                    path.push((next, edges(next)));
                }
                Some(_) => {}
                None => {
                    done.insert(node);
                    on_path.remove(&node);
                    path.pop();
                }
            }
        }
    }
    None
}
