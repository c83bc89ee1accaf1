//! Which claim of the reader stands for which known claim: the pairing with the greatest total closeness.

use super::agree::{agreeing_slots, right};
use super::record::Record;
use super::rules::Rules;

type Ranges = [(usize, usize)];

/// How well two claims fit; 0 when they share no slot, or are neither near each other nor the same.
pub fn closeness(rules: &Rules, gold: &Record, system: &Record, gold_at: &Ranges, system_at: &Ranges) -> f64 {
    let hits = agreeing_slots(rules, gold, system);
    let near = gold_at.iter().any(|a| system_at.iter().any(|b| a.0 < b.1 && b.0 < a.1));
    let right = right(rules, gold, system);
    if hits == 0 || !(near || right) {
        return 0.0;
    }
    let extra = system.slots.keys().filter(|slot| !gold.slots.contains_key(*slot)).count();
    let yes = |b: bool| f64::from(u8::from(b));
    10.0 * yes(right) + hits as f64 + 2.0 * yes(near) + 0.5 * yes(gold.status == system.status) - 0.1 * extra as f64
}

/// Pairs of row and column with the greatest total weight, each row and column once; pairs of no weight are left out.
pub fn assign(weights: &[Vec<f64>]) -> Vec<(usize, usize)> {
    let (rows, columns) = (weights.len(), weights.first().map_or(0, Vec::len));
    if rows <= columns {
        return shortest_paths(weights, rows, columns);
    }
    let turned: Vec<Vec<f64>> = (0..columns).map(|c| weights.iter().map(|row| row[c]).collect()).collect();
    shortest_paths(&turned, columns, rows).into_iter().map(|(c, r)| (r, c)).collect()
}

/// The Hungarian method: rows enter one at a time, each along the cheapest augmenting path under potentials.
/// Column 0 stands for "not yet matched"; rows and columns are counted from 1.
fn shortest_paths(weights: &[Vec<f64>], rows: usize, columns: usize) -> Vec<(usize, usize)> {
    let mut row_potential = vec![0.0; rows + 1];
    let mut column_potential = vec![0.0; columns + 1];
    let mut row_of = vec![0; columns + 1];
    for entering in 1..=rows {
        row_of[0] = entering;
        let mut slack = vec![f64::INFINITY; columns + 1];
        let mut reached_from = vec![0; columns + 1];
        let mut used = vec![false; columns + 1];
        let mut column = 0;
        while row_of[column] != 0 {
            used[column] = true;
            let row = row_of[column];
            let (mut step, mut next) = (f64::INFINITY, 0);
            for c in (1..=columns).filter(|&c| !used[c]) {
                let reduced = -weights[row - 1][c - 1] - row_potential[row] - column_potential[c];
                if reduced < slack[c] {
                    (slack[c], reached_from[c]) = (reduced, column);
                }
                if slack[c] < step {
                    (step, next) = (slack[c], c);
                }
            }
            for c in 0..=columns {
                if used[c] {
                    row_potential[row_of[c]] += step;
                    column_potential[c] -= step;
                } else {
                    slack[c] -= step;
                }
            }
            column = next;
        }
        while column != 0 {
            let before = reached_from[column];
            row_of[column] = row_of[before];
            column = before;
        }
    }
    let pairs = (1..=columns).filter(|&c| row_of[c] != 0).map(|c| (row_of[c] - 1, c - 1));
    pairs.filter(|&(r, c)| weights[r][c] > 0.0).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn best(weights: &[Vec<f64>], row: usize, taken: &mut Vec<bool>) -> f64 {
        if row == weights.len() {
            return 0.0;
        }
        let mut top = best(weights, row + 1, taken);
        for c in 0..taken.len() {
            if !taken[c] {
                taken[c] = true;
                top = top.max(weights[row][c] + best(weights, row + 1, taken));
                taken[c] = false;
            }
        }
        top
    }

    proptest! {
        #[test]
        fn total_weight_is_the_greatest(cells in proptest::collection::vec(0u8..20, 25), rows in 1usize..6, columns in 1usize..6) {
            let weights: Vec<Vec<f64>> =
                (0..rows).map(|r| (0..columns).map(|c| f64::from(cells[r * 5 + c])).collect()).collect();
            let total: f64 = assign(&weights).iter().map(|&(r, c)| weights[r][c]).sum();
            prop_assert_eq!(total, best(&weights, 0, &mut vec![false; columns]));
        }
    }
}
