//! Secrets stay readable through every change of the keys that seal them.

use jiff::Timestamp;
use model::{
    Map, Secret, Value,
    id::{CredentialId, UserId, WorkspaceId},
};
use uuid::Uuid;

use super::{each_database, key, runtime};
use crate::{
    Error, MasterKey, Options, Store, credentials, proof, ring::Rotated, seal::Cipher,
    sql::cells_of,
};

fn other_key() -> MasterKey {
    MasterKey::from_text("OTEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=").unwrap()
}

async fn put(store: &Store, workspace: WorkspaceId, name: &str) -> CredentialId {
    let now = Timestamp::UNIX_EPOCH;
    let id = CredentialId(Uuid::now_v7());
    let (kind, name) = ("httpBasicAuth".into(), name.into());
    let (created_at, updated_at, named_at) = (now, now, now);
    let row =
        credentials::Row { id, kind, name, external_id: None, created_at, updated_at, named_at };
    store.add_credential(workspace, &row, &fields(&row.name)).await.unwrap();
    id
}

fn fields(word: &str) -> Map {
    Map::from_iter([("password", Value::from(word))])
}

async fn read(store: &Store, workspace: WorkspaceId, id: CredentialId) -> Map {
    store.open_credential_by_id(workspace, id).await.unwrap().unwrap().fields
}

async fn sealed(store: &Store, id: CredentialId) -> Vec<u8> {
    let sql = "SELECT sealed FROM credentials WHERE id = $1";
    store.0.db.row::<(Vec<u8>,)>(sql, cells_of![id]).await.unwrap().unwrap().0
}

/// How many secrets each key has sealed, the first key first.
async fn counts(store: &Store) -> Vec<u64> {
    store.data_keys().await.unwrap().into_iter().map(|it| it.n_secrets).collect()
}

async fn rotate(store: &Store) -> Rotated {
    let now = Timestamp::UNIX_EPOCH;
    let number = store.prepare_data_key(now).await.unwrap();
    store.activate_data_key(number, now).await.unwrap();
    Rotated { number, n_secrets: store.reseal().await.unwrap() }
}

each_database! {
    async fn a_rotation_seals_all_secrets_anew(store: &Store) {
        let now = Timestamp::UNIX_EPOCH;
        let own = store.default_workspace(now).await.unwrap();
        let foreign = WorkspaceId(Uuid::now_v7());
        store.add_workspace(foreign, "Foreign", now).await.unwrap();
        let (a, b) = (put(store, own, "one").await, put(store, foreign, "two").await);
        let purpose = store.key_for("a purpose");
        assert_eq!(counts(store).await, [2]);
        let before = sealed(store, a).await;
        assert_eq!(rotate(store).await, Rotated { number: 2, n_secrets: 2 });
        assert_eq!(counts(store).await, [0, 2]);
        assert_ne!(sealed(store, a).await, before);
        assert_eq!(read(store, own, a).await, fields("one"));
        assert_eq!(read(store, foreign, b).await, fields("two"));
        assert_eq!(store.key_for("a purpose"), purpose);
        // Nothing is left to be done.
        assert_eq!(store.reseal().await.unwrap(), 0);
        let c = put(store, own, "three").await;
        assert_eq!(counts(store).await, [0, 3]);
        assert_eq!(read(store, own, c).await, fields("three"));
    }

    async fn a_rotation_that_was_cut_off_goes_on(store: &Store) {
        let now = Timestamp::UNIX_EPOCH;
        let own = store.default_workspace(now).await.unwrap();
        let id = put(store, own, "one").await;
        assert_eq!(store.prepare_data_key(now).await.unwrap(), 2);
        // The key that waits opens and does not seal.
        put(store, own, "two").await;
        assert_eq!(counts(store).await, [2, 0]);
        assert_eq!(store.prepare_data_key(now).await.unwrap(), 2);
        store.activate_data_key(2, now).await.unwrap();
        // Cut off here, the old ones open all the same.
        assert_eq!(read(store, own, id).await, fields("one"));
        put(store, own, "three").await;
        assert_eq!(counts(store).await, [2, 1]);
        assert_eq!(rotate(store).await, Rotated { number: 3, n_secrets: 3 });
        assert_eq!(counts(store).await, [0, 0, 3]);
    }

    async fn a_secret_that_was_moved_cannot_be_opened(store: &Store) {
        let now = Timestamp::UNIX_EPOCH;
        let own = store.default_workspace(now).await.unwrap();
        let (a, b) = (put(store, own, "one").await, put(store, own, "two").await);
        let sql = "UPDATE credentials SET sealed = $2 WHERE id = $1";
        store.0.db.run(sql, cells_of![b, sealed(store, a).await]).await.unwrap();
        let moved = store.open_credential_by_id(own, b).await;
        assert!(matches!(moved, Err(Error::Damaged(_))));
    }

    // As a database is that a version without data keys has made.
    async fn what_the_master_key_itself_has_sealed_opens(store: &Store) {
        let now = Timestamp::UNIX_EPOCH;
        let own = store.default_workspace(now).await.unwrap();
        let id = put(store, own, "one").await;
        let user = UserId(Uuid::now_v7());
        let old = key().all().next().unwrap();
        let seal = |place: &crate::seal::Place, bytes: &[u8]| {
            [vec![1, 1], Cipher::new(&old).seal(place, bytes)].concat()
        };
        let place = crate::seal::Place { workspace: own, row: id.0, kind: "httpBasicAuth" };
        let bytes = seal(&place, br#"{"password": "old"}"#);
        let sql = "UPDATE credentials SET sealed = $2 WHERE id = $1";
        store.0.db.run(sql, cells_of![id, bytes]).await.unwrap();
        let proof = seal(&proof::place(own), proof::NAME.as_bytes());
        let proof = base64::Engine::encode(&base64::prelude::BASE64_STANDARD, proof);
        store.set_setting(own, proof::NAME, &Value::from(proof)).await.unwrap();
        store.0.db.run("DELETE FROM data_keys", vec![]).await.unwrap();
        let db = &store.0.db;
        let wrong = crate::ring::Ring::open(db, other_key(), now).await;
        assert!(matches!(wrong, Err(Error::WrongKey)));
        let ring = crate::ring::Ring::open(db, key(), now).await.unwrap();
        assert_eq!(&*ring.open_sealed(&place, &sealed(store, id).await).unwrap(), br#"{"password": "old"}"#);
        assert_eq!(ring.derive("a purpose"), crate::seal::derive(&old, &[b"a purpose"]));
        // It is sealed by a data key from its next change on.
        let secret = Secret::new("second");
        let place = crate::seal::Place { workspace: WorkspaceId(Uuid::nil()), row: user.0, kind: "x" };
        assert!(ring.seal(&place, secret.expose().as_bytes()).starts_with(&[2, 0, 0, 0, 1]));
    }
}

/// A process on another master key than the database has is refused; with the one before it beside
/// its own it seals the data keys anew, and needs that no more.
#[test]
fn a_new_master_key_takes_the_place_of_the_old() {
    let data = tempfile::tempdir().unwrap();
    runtime().block_on(async {
        let options = Options { url: None, data: data.path().to_owned() };
        let store = Store::open(&options, key()).await.unwrap();
        let own = store.default_workspace(Timestamp::UNIX_EPOCH).await.unwrap();
        let id = put(&store, own, "one").await;
        let purpose = store.key_for("a purpose");
        store.close().await;
        let refused = Store::open(&options, other_key()).await.err().unwrap();
        assert!(matches!(refused, Error::WrongKey), "{refused}");
        for master in [other_key().after(key()), other_key()] {
            let store = Store::open(&options, master).await.unwrap();
            assert_eq!(read(&store, own, id).await, fields("one"));
            assert_eq!(store.key_for("a purpose"), purpose);
            store.close().await;
        }
        assert!(matches!(Store::open(&options, key()).await.err(), Some(Error::WrongKey)));
    });
}

/// Another process opens what a new data key has sealed as soon as it has looked, and goes on when
/// the master key was changed under it.
#[test]
fn other_processes_take_a_new_data_key_up() {
    super::on_postgres(async |store| {
        let options = Options { url: Some(store_url(&store).await), data: std::env::temp_dir() };
        let other = Store::open(&options, key()).await.unwrap();
        let own = store.default_workspace(Timestamp::UNIX_EPOCH).await.unwrap();
        let id = put(&store, own, "one").await;
        store.prepare_data_key(Timestamp::UNIX_EPOCH).await.unwrap();
        other.refresh_generation().await.unwrap();
        store.activate_data_key(2, Timestamp::UNIX_EPOCH).await.unwrap();
        store.reseal().await.unwrap();
        // It has not heard yet that the key seals, and opens all the same.
        assert_eq!(read(&other, own, id).await, fields("one"));
        let renewed = Store::open(&options, other_key().after(key())).await.unwrap();
        other.refresh_generation().await.unwrap();
        assert_eq!(read(&other, own, id).await, fields("one"));
        for it in [other, renewed] {
            it.close().await;
        }
    });
}

/// The address that leads into the schema of a test.
async fn store_url(store: &Store) -> String {
    let row = store.0.db.row::<(String,)>("SELECT CAST(current_schema() AS TEXT)", vec![]).await;
    let server = std::env::var("TEST_POSTGRES_URL").unwrap();
    crate::scratch::url_of(&server, &row.unwrap().unwrap().0)
}
