//! A person as records name them: `Name <e-mail>`.

use std::collections::BTreeSet;

/// A name and an e-mail address, for telling people apart.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Person {
    name: String,
    email: String,
}

impl Person {
    /// A person; blanks at the ends and case do not tell people apart.
    pub fn new(name: &str, email: &str) -> Self {
        let plain = |text: &str| text.trim().to_lowercase();
        Self {
            name: plain(name),
            email: plain(email),
        }
    }

    /// The person that `Name <e-mail>` names; a text without an address is a name.
    pub fn of(text: &str) -> Self {
        let parts = text.rsplit_once('<');
        let (name, email) = parts.unwrap_or((text, ""));
        Self::new(name, email.trim_end().trim_end_matches('>'))
    }

    /// The e-mail address in lower case, without angle brackets.
    pub fn email(&self) -> &str {
        &self.email
    }

    /// Whether both may be one person: the same address, or the same name under another one.
    pub fn may_be(&self, other: &Self) -> bool {
        let same = |a: &str, b: &str| !a.is_empty() && a == b;
        same(&self.email, &other.email) || same(&self.name, &other.name)
    }
}

/// How many people these are at least: whoever shares a name or an address counts once.
pub fn distinct(people: &[Person]) -> usize {
    let mut group: Vec<usize> = (0..people.len()).collect();
    for (later, person) in people.iter().enumerate() {
        for earlier in 0..later {
            if people[earlier].may_be(person) {
                let (from, to) = (group[later], group[earlier]);
                group
                    .iter_mut()
                    .filter(|g| **g == from)
                    .for_each(|g| *g = to);
            }
        }
    }
    group.into_iter().collect::<BTreeSet<_>>().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_shares_a_name_or_an_address_counts_once() {
        let people =
            |texts: &[&str]| -> Vec<Person> { texts.iter().map(|t| Person::of(t)).collect() };
        assert_eq!(distinct(&people(&["Ada <ada@x>", "Ben <ben@x>"])), 2);
        assert_eq!(distinct(&people(&["Ada <ada@x>", "ada  <ADA@y>"])), 1);
        assert_eq!(distinct(&people(&["Ada <ada@x>", "A. L. <ada@x>"])), 1);
        let bridged = people(&["Ada <a@x>", "Bea <b@x>", "Ada <b@x>"]);
        assert_eq!(distinct(&bridged), 1);
        assert_eq!(distinct(&[]), 0);
    }
}
