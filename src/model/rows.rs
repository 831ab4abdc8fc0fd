//! The tasks of a plan by id: a sorted list as it was read, and what edits have made of it since.
//!
//! Ten thousand rows are read at every command and changed by few, so they stay where they were
//! read; ten thousand edits in one batch go into a map beside them.

use std::collections::BTreeMap;

use super::{TaskId, TaskRow};

/// Tasks without their long texts, by id.
#[derive(Debug, Clone, Default)]
pub struct Rows {
    /// Sorted by id.
    read: Vec<TaskRow>,
    /// Their ids, side by side: a search stays within the processor's cache.
    ids: Vec<TaskId>,
    /// What is there instead; none where the task is gone.
    changed: BTreeMap<TaskId, Option<TaskRow>>,
    length: usize,
}

impl Rows {
    /// The rows as they were read, in any order. Of two with one id the first counts.
    pub fn new(mut read: Vec<TaskRow>) -> Self {
        if !read.is_sorted_by(|a, b| a.id < b.id) {
            read.sort_by_key(|row| row.id);
            read.dedup_by_key(|row| row.id);
        }
        let ids: Vec<TaskId> = read.iter().map(|row| row.id).collect();
        let length = ids.len();
        Self {
            read,
            ids,
            changed: BTreeMap::new(),
            length,
        }
    }

    fn find(&self, id: TaskId) -> Option<&TaskRow> {
        let at = self.ids.binary_search(&id).ok()?;
        self.read.get(at)
    }

    /// The task of that id.
    pub fn get(&self, id: &TaskId) -> Option<&TaskRow> {
        if self.changed.is_empty() {
            return self.find(*id);
        }
        match self.changed.get(id) {
            Some(changed) => changed.as_ref(),
            None => self.find(*id),
        }
    }

    /// Whether there is a task of that id.
    pub fn contains_key(&self, id: &TaskId) -> bool {
        self.get(id).is_some()
    }

    /// How many tasks there are.
    pub fn len(&self) -> usize {
        self.length
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// The tasks, by id.
    pub fn values(&self) -> impl Iterator<Item = &TaskRow> {
        Values {
            read: self.read.iter().peekable(),
            changed: self.changed.iter().peekable(),
        }
    }

    /// The ids, in order.
    pub fn keys(&self) -> impl Iterator<Item = TaskId> {
        self.values().map(|row| row.id)
    }

    /// Puts a task in; returns the one that was in its place.
    pub fn insert(&mut self, row: TaskRow) -> Option<TaskRow> {
        self.change(row.id, Some(row))
    }

    /// Takes a task out.
    pub fn remove(&mut self, id: TaskId) -> Option<TaskRow> {
        self.change(id, None)
    }

    fn change(&mut self, id: TaskId, row: Option<TaskRow>) -> Option<TaskRow> {
        let before = self.get(&id).cloned();
        self.length += usize::from(row.is_some());
        self.length -= usize::from(before.is_some());
        self.changed.insert(id, row);
        before
    }
}

/// Both lists in one order; what is changed stands for what was read.
struct Values<'a, R: Iterator<Item = &'a TaskRow>, C: Iterator> {
    read: std::iter::Peekable<R>,
    changed: std::iter::Peekable<C>,
}

impl<'a, R, C> Iterator for Values<'a, R, C>
where
    R: Iterator<Item = &'a TaskRow>,
    C: Iterator<Item = (&'a TaskId, &'a Option<TaskRow>)>,
{
    type Item = &'a TaskRow;

    fn next(&mut self) -> Option<&'a TaskRow> {
        loop {
            let Some((id, _)) = self.changed.peek() else {
                return self.read.next();
            };
            if let Some(row) = self.read.next_if(|row| row.id < **id) {
                return Some(row);
            }
            self.read.next_if(|row| row.id == **id);
            if let Some((_, Some(row))) = self.changed.next() {
                return Some(row);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Task;

    fn row(word: &str, title: &str) -> TaskRow {
        Task::new(format!("{word:0<10}").parse().unwrap(), title).row()
    }

    fn titles(rows: &Rows) -> Vec<&str> {
        rows.values().map(|row| &*row.title).collect()
    }

    #[test]
    fn changes_stand_for_what_was_read() {
        let mut rows = Rows::new(vec![row("c", "c"), row("a", "a"), row("b", "b")]);
        assert_eq!(titles(&rows), ["a", "b", "c"]);
        rows.insert(row("b", "B"));
        rows.insert(row("d", "D"));
        rows.remove(row("a", "").id);
        assert_eq!(titles(&rows), ["B", "c", "D"]);
        assert_eq!(rows.len(), 3);
        assert!(!rows.contains_key(&row("a", "").id));
        rows.insert(row("a", "again"));
        rows.remove(row("x", "").id);
        assert_eq!(titles(&rows), ["again", "B", "c", "D"]);
        assert_eq!(rows.len(), rows.values().count());
    }
}
