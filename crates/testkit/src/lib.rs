//! What tests of the whole product share: a world outside that counts, workflows made by chance,
//! and a driver that kills the product at any moment and looks whether it kept its promises.
#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod authenticator;
pub mod catalog;
pub mod crash;
pub mod device;
pub mod face;
pub mod flows;
pub mod mailbox;
mod pages;
pub mod provider;
pub mod saml;
pub mod stage;
pub mod stripe;
pub mod world;
