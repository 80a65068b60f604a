//! Items by their group.

/// Items by the number of their group, those of each one behind the other, in the order in which they came.
pub(crate) struct Grouped<T> {
    /// Where each group ends, and so the next begins.
    ends: Vec<usize>,
    items: Vec<T>,
}

impl<T: Copy + Default> Grouped<T> {
    /// Sorts pairs of group and item: counted first, then put in their places.
    ///
    /// # Panics
    /// If a group is not one of so many.
    pub(crate) fn new(groups: usize, pairs: impl Iterator<Item = (usize, T)> + Clone) -> Self {
        let mut ends = vec![0; groups];
        pairs.clone().for_each(|(group, _)| ends[group] += 1);
        let mut all = 0;
        for end in &mut ends {
            all += std::mem::replace(end, all);
        }
        let mut items = vec![T::default(); all];
        for (group, item) in pairs {
            let place = &mut ends[group];
            items[*place] = item;
            *place += 1;
        }
        Self { ends, items }
    }

    /// The items of a group; none for one that there is not.
    pub(crate) fn of(&self, group: usize) -> &[T] {
        let Some(end) = self.ends.get(group) else { return &[] };
        let start = group.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.items[start..*end]
    }
}

#[cfg(test)]
mod tests {
    use super::Grouped;

    #[test]
    fn each_group_has_its_items_in_order() {
        let pairs = [(3, 'a'), (1, 'b'), (3, 'c'), (1, 'd'), (0, 'e')];
        let grouped = Grouped::new(5, pairs.into_iter());
        let groups: Vec<String> = (0..6).map(|group| grouped.of(group).iter().collect()).collect();
        assert_eq!(groups, ["e", "bd", "", "ac", "", ""]);
    }
}
