//! Charts of the market views: tables and SVG that work without scripts and colours, every mark a link to its facts.

pub mod board;

pub mod ladder;

pub mod years;

pub mod levers;
