//! Dates that behave like Luxon's: zones, arithmetic, formats and parsing, as plain numbers.
//!
//! The classes that users see are JavaScript (`js/luxon*.js`); they keep a moment as milliseconds
//! since 1970 and a zone number, and ask this module for everything that needs a calendar.

mod any;
pub mod arithmetic;
pub mod civil;
pub mod fields;
pub mod format;

pub mod iso;
pub mod liberal;
pub mod mail;
pub mod parse;
pub mod zone;

pub use any::any;
pub use civil::Civil;
pub use zone::{Zone, Zones};
