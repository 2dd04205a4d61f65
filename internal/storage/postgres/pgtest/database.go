package pgtest

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/waybillhq/waybill/internal/storage/postgres"
)

// template is the database that others are copied from.
const template = "waybill_template"

// Open opens an empty database with the schema. It is closed and dropped when the test ends.
func Open(t testing.TB) *postgres.DB { return OpenWith(t, postgres.Options{}) }

// OpenWith is [Open] with options.
func OpenWith(t testing.TB, opts postgres.Options) *postgres.DB {
	t.Helper()
	db, err := postgres.Open(t.Context(), URL(t), opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// URL returns the address of an empty database with the schema. The database is dropped when the test ends.
func URL(t testing.TB) string {
	t.Helper()
	s := running(t)
	if err := prepared(); err != nil {
		t.Fatal(err)
	}
	return s.database(t, " STRATEGY file_copy TEMPLATE "+template)
}

// EmptyURL returns the address of a database without a schema. The database is dropped when the test ends.
func EmptyURL(t testing.TB) string {
	t.Helper()
	return running(t).database(t, "")
}

// prepared makes the template database, once.
var prepared = sync.OnceValue(func() error {
	s, err := shared()
	if err != nil {
		return err
	}
	ctx := context.Background()
	if err := s.statement(ctx, "CREATE DATABASE "+template); err != nil {
		return err
	}
	db, err := postgres.Open(ctx, s.url(template), postgres.Options{})
	if err != nil {
		return err
	}
	return db.Close()
})

func (s *server) database(t testing.TB, like string) string {
	t.Helper()
	s.making.Lock()
	defer s.making.Unlock()
	s.made++
	name := fmt.Sprintf("test_%d", s.made)
	if err := s.statement(t.Context(), "CREATE DATABASE "+name+like); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.statement(context.Background(), "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			t.Error(err)
		}
	})
	return s.url(name)
}

// statement runs one statement in the server's own database.
func (s *server) statement(ctx context.Context, statement string) error {
	conn, err := pgx.Connect(ctx, s.url("postgres"))
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, statement)
	_ = conn.Close(ctx)
	return err
}

// Cut ends every connection to a database, as a restart does. The database accepts no connection until mend is called.
func Cut(t testing.TB, url string) (mend func()) {
	t.Helper()
	config, err := pgx.ParseConfig(url)
	if err != nil {
		t.Fatal(err)
	}
	s, name := running(t), config.Database
	allow := func(yes bool) {
		t.Helper()
		statement := fmt.Sprintf("ALTER DATABASE %s ALLOW_CONNECTIONS %v", name, yes)
		if err := s.statement(context.Background(), statement); err != nil {
			t.Error(err)
		}
	}
	allow(false)
	end := fmt.Sprintf("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '%s'", name)
	if err := s.statement(t.Context(), end); err != nil {
		t.Error(err)
	}
	return func() { allow(true) }
}
