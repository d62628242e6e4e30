//! What every connection promises, and what is not opened at all.

use super::*;
use crate::{Error, exam, sql::Pool};

async fn texts<'a, P, D>(pool: P, sql: &'static str) -> String
where
    P: sqlx::Executor<'a, Database = D>,
    D: sqlx::Database,
    String: sqlx::Type<D> + for<'r> sqlx::Decode<'r, D>,
    usize: sqlx::ColumnIndex<D::Row>,
    for<'q> D::Arguments: sqlx::IntoArguments<D>,
{
    use sqlx::Row;
    pool.fetch_one(sqlx::query::<D>(sql)).await.unwrap().get_unchecked(0)
}

each_database! {
    async fn every_connection_syncs_what_it_commits(store: &Store) {
        match &store.0.db.pool {
            Pool::Sqlite { write, read } => {
                let mut writer = write.take().await.unwrap();
                let writer = writer.connection().unwrap();
                assert_eq!(texts(&mut *writer, "PRAGMA synchronous").await, "2");
                assert_eq!(texts(&mut *writer, "PRAGMA journal_mode").await, "wal");
                let mut readers = vec![];
                for _ in 0..4 {
                    readers.push(read.acquire().await.unwrap());
                }
                for reader in &mut readers {
                    assert_eq!(texts(&mut **reader, "PRAGMA query_only").await, "1");
                }
            }
            Pool::Postgres(pool) => {
                let mut all = vec![];
                for _ in 0..3 {
                    all.push(pool.acquire().await.unwrap());
                }
                for it in &mut all {
                    assert_eq!(texts(&mut **it, "SHOW synchronous_commit").await, "on");
                    assert_eq!(texts(&mut **it, "SHOW idle_in_transaction_session_timeout").await, "30s");
                }
            }
        }
    }
}

#[test]
fn a_newer_schema_is_left_alone() {
    let data = tempfile::tempdir().unwrap();
    runtime().block_on(async {
        let store = open(data.path(), None).await;
        let sql = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
                   VALUES (9999, 'later', TRUE, x'00', 0)";
        store.0.db.run(sql, vec![]).await.unwrap();
        store.close().await;
        drop(store);
        let refused = Store::open(&Options { url: None, data: data.path().to_owned() }, key()).await;
        let Err(Error::Refused(message)) = refused else { panic!("refused") };
        assert!(message.contains("newer than this program"), "{message}");
    });
}

#[test]
fn a_server_that_drops_its_connections_loses_nothing() {
    crate::tests::on_postgres(async |store| {
        let Pool::Postgres(pool) = &store.0.db.pool else { panic!("PostgreSQL") };
        let ws = workspace();
        let admin =
            sqlx::PgPool::connect(&std::env::var("TEST_POSTGRES_URL").unwrap()).await.unwrap();
        for _ in 0..3 {
            let mut all = vec![];
            while let Some(it) = pool.try_acquire() {
                all.push(it);
            }
            let mut sessions = vec![];
            for it in &mut all {
                let sql = "SELECT CAST(pg_backend_pid() AS BIGINT)";
                // An idle one may still be of those that were ended a round ago.
                if let Ok((session,)) = sqlx::query_as::<_, (i64,)>(sql).fetch_one(&mut **it).await
                {
                    sessions.push(session);
                }
            }
            drop(all);
            let new = new_execution();
            let end = store.submit(first(ws, new.clone(), success())).await;
            for session in sessions {
                // Waits until it is gone.
                let sql = "SELECT pg_terminate_backend(CAST($1 AS INT), 5000)";
                sqlx::query(sql).bind(session).execute(&admin).await.unwrap();
            }
            assert_eq!(end.await, Ok(()));
            put(&store, first(ws, new_execution(), success())).await.unwrap();
            assert_eq!(store.records(ws, new.id, &NoPages).await.unwrap().len(), 1);
        }
    });
}

#[test]
fn another_master_key_is_refused() {
    let data = tempfile::tempdir().unwrap();
    runtime().block_on(async {
        let options = Options { url: None, data: data.path().to_owned() };
        for _ in 0..2 {
            let store = Store::open(&options, key()).await.unwrap();
            store.close().await;
        }
        let other = MasterKey::from_text("OTEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=").unwrap();
        let refused = Store::open(&options, other).await.err().unwrap();
        assert!(matches!(refused, Error::WrongKey), "{refused}");
    });
}

each_database! {
    async fn a_database_is_looked_over_without_changing_it(store: &Store) {
        let db = &store.0.db;
        let found = exam::look_any_workspace(db, steps_of(db), Some(&key())).await.unwrap();
        assert_eq!((found.schema, found.key_fits), (exam::Schema::Current, Some(true)));
        assert_eq!(found.clock.is_some(), matches!(db.pool, Pool::Postgres(_)));
        let sql = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
                   VALUES (9999, 'later', TRUE, $1, 0)";
        db.run(sql, vec![vec![0_u8].into()]).await.unwrap();
        let found = exam::look_any_workspace(db, steps_of(db), None).await.unwrap();
        assert_eq!((found.schema, found.key_fits), (exam::Schema::Newer(9999), None));
    }
}

fn steps_of(db: &crate::sql::Db) -> &'static sqlx::migrate::Migrator {
    match db.pool {
        Pool::Sqlite { .. } => &crate::open::SQLITE,
        Pool::Postgres(_) => &crate::open::POSTGRES,
    }
}

#[test]
fn an_empty_folder_is_no_fault() {
    let data = tempfile::tempdir().unwrap();
    let options = Options { url: None, data: data.path().to_owned() };
    let found = runtime().block_on(exam::examine(&options, None)).unwrap();
    assert_eq!(found.schema, exam::Schema::Empty);
    assert!(std::fs::read_dir(data.path()).unwrap().next().is_none());
}
