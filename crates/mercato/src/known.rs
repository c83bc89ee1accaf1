//! The knowledge base as facts need it: firms with their families, outlets, people with their offices.

use std::collections::BTreeMap;

use mercato_facts::World;
use mercato_facts::world::Firm;
use mercato_pack::kb::{Kb, Referent};

/// What is known besides the claims.
pub fn world(kb: &Kb) -> World {
    let mut firms: Vec<Firm> = kb
        .organisations
        .iter()
        .map(|org| Firm {
            name: org.name.clone(),
            parent: org.parent.map(|at| kb.organisations[at].name.clone()),
            wikidata: org.wikidata.clone(),
            aliases: Vec::new(),
        })
        .collect();
    let mut outlets: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let mut people: Vec<(String, Option<String>, Vec<String>)> =
        kb.people.iter().map(|p| (p.name.clone(), p.wikidata.clone(), Vec::new())).collect();
    // A name that is also a word, or that belongs to one language, does not identify by itself.
    for name in kb.names.iter().filter(|n| !n.in_context && !n.epithet) {
        match &name.referent {
            Referent::Org(at) => firms[*at].aliases.push(name.text.clone()),
            Referent::Person(at) => people[*at].2.push(name.text.clone()),
            Referent::Outlet(outlet) => outlets.entry(outlet).or_default().push(name.text.clone()),
            Referent::Unit(..) | Referent::Product(..) => {}
        }
    }
    let outlets: Vec<(String, Vec<String>)> =
        outlets.into_iter().map(|(name, aliases)| (name.to_owned(), aliases)).collect();
    let world = World::new(&firms, &outlets, kb.legal_forms.iter().cloned()).with_people(people);
    let offices: Vec<(String, String)> = kb
        .posts
        .iter()
        .filter(|post| post.end.is_empty() && world.is_executive_role(&post.role))
        .map(|post| (kb.people[post.person].name.clone(), kb.organisations[post.org].name.clone()))
        .collect();
    world.with_offices(offices)
}
