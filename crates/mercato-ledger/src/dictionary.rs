//! Names by number: each folded name is kept once, and claims refer to it.

use mercato_facts::who::keys;
use rusqlite::{Connection, OptionalExtension, params};

use crate::names::{IndexedName, Role};

/// The number of a folded name, if a claim holds it.
pub fn number(connection: &Connection, role: Role, name: &str) -> rusqlite::Result<Option<i64>> {
    connection
        .prepare_cached("SELECT seq FROM names WHERE name = ?1 AND role = ?2")?
        .query_row([name, role.as_str()], |row| row.get(0))
        .optional()
}

/// The numbers of those of the names that claims hold.
pub fn numbers<'n>(
    connection: &Connection,
    role: Role,
    names: impl IntoIterator<Item = &'n str>,
) -> rusqlite::Result<Vec<i64>> {
    names.into_iter().filter_map(|name| number(connection, role, name).transpose()).collect()
}

/// The number of a name, which it gets now if it has none; of a person with the keys under which its like is found.
pub fn keep(connection: &Connection, name: &IndexedName) -> rusqlite::Result<i64> {
    if let Some(number) = number(connection, name.role, &name.name)? {
        return Ok(number);
    }
    connection.prepare_cached("INSERT INTO names (name, role, tail) VALUES (?1, ?2, ?3)")?.execute([
        &name.name,
        name.role.as_str(),
        &name.tail,
    ])?;
    let number = connection.last_insert_rowid();
    if name.role == Role::Person {
        let words: Vec<String> = name.name.split(' ').map(str::to_owned).collect();
        let mut insert = connection.prepare_cached("INSERT OR IGNORE INTO forms (key, name) VALUES (?1, ?2)")?;
        for key in keys(&words) {
            insert.execute(params![key, number])?;
        }
    }
    Ok(number)
}

/// The folded name behind a number.
pub fn name(connection: &Connection, number: i64) -> rusqlite::Result<String> {
    connection.prepare_cached("SELECT name FROM names WHERE seq = ?1")?.query_row([number], |row| row.get(0))
}

/// The persons whose name ends in a word, by number and folded name.
pub fn ending_in(connection: &Connection, tail: &str) -> rusqlite::Result<Vec<(i64, String)>> {
    connection
        .prepare_cached("SELECT seq, name FROM names WHERE role = 'person' AND tail = ?1 ORDER BY name")?
        .query_map([tail], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect()
}

/// Takes out names that no claim holds any more.
pub fn prune(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(
        "DELETE FROM names WHERE NOT EXISTS (SELECT 1 FROM claim_names c WHERE c.name = names.seq);
         DELETE FROM forms WHERE name NOT IN (SELECT seq FROM names);
         DELETE FROM told_with WHERE person NOT IN (SELECT seq FROM names) OR firm NOT IN (SELECT seq FROM names);",
    )
}
