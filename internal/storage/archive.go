package storage

import (
	"context"
	"time"

	"github.com/waybillhq/waybill/internal/problem"
)

// Archive is a database as a set of tables, to move everything in it to another database. Only moves use it. The
// interfaces by noun say what the rows mean.
type Archive interface {
	// TableRows reads up to limit rows of a table in the order of its key, after the given key; nil begins at the first
	// row. Values are int64, string, []byte (for Bytes and JSON) or nil.
	TableRows(ctx context.Context, t Table, after []any, limit int) ([][]any, error)
	// AddRows keeps the rows that are not there, together with the state of the move, in one transaction.
	AddRows(ctx context.Context, t Table, rows [][]any, now Move) error
	// Counters are the highest numbers given so far, by table. SetCounters makes the next numbers higher than these.
	Counters(ctx context.Context) (map[string]int64, error)
	SetCounters(ctx context.Context, counters map[string]int64) error

	// Move is the database's part in a move; the zero value when it has none.
	Move(ctx context.Context) (Move, error)
	// BeginMove marks a database as one that is being filled. From then on only a move can open it.
	BeginMove(ctx context.Context, m Move) error
	// CloseForMove stops all writing, also by processes that have the database open, and notes the reason. When it
	// returns, the transactions under way have ended. ReopenAfterMove undoes it.
	CloseForMove(ctx context.Context, m Move) error
	ReopenAfterMove(ctx context.Context) error
	// EndMove notes that a move has ended. In a database that was filled it also voids every claim, so that writes
	// which were being sent are looked for before they are sent again. And it makes every turn of the calendar due.
	EndMove(ctx context.Context, m Move) error
	// Working names the processes that work on the database now. The result is for people.
	Working(ctx context.Context) ([]Worker, error)
}

// Move is a database's part in a move.
type Move struct {
	// ID is the same in both databases.
	ID    string    `json:"id"`
	State MoveState `json:"state"`
	// Other is the other database of the move, in words for people.
	Other string `json:"other"`
	// At is the time of a backup.
	At time.Time `json:"at,omitzero"`
	// Done is how many rows have been moved so far, by table. Place is the key of the last one, with numbers in digits.
	Done  map[string]int64    `json:"done,omitempty"`
	Place map[string][]string `json:"place,omitempty"`
}

// MoveState is the state of a move for one of its databases.
type MoveState string

// The states of a move.
const (
	Leaving  MoveState = "leaving"  // being read, and closed for writing
	Left     MoveState = "left"     // has been read; the other database counts
	Arriving MoveState = "arriving" // being filled
	Arrived  MoveState = "arrived"  // has been filled, and counts
	BackedUp MoveState = "backup"   // a copy, which only waybill restore may open
)

// ColumnKind is the kind of a column's values.
type ColumnKind int

// The kinds of columns.
const (
	Integer ColumnKind = iota
	Text
	Bytes
	JSON // text whose bytes must stay
)

// Column is one column of a [Table].
type Column struct {
	Name string
	Kind ColumnKind
}

// Table is one table that a move copies. Its names are those of docs/schema.md, alike in every database.
type Table struct {
	Name    string
	Columns []Column
	// Key is the number of leading columns that are the key.
	Key int
}

func ints(names ...string) []Column  { return columns(Integer, names) }
func texts(names ...string) []Column { return columns(Text, names) }
func jsons(names ...string) []Column { return columns(JSON, names) }
func blobs(names ...string) []Column { return columns(Bytes, names) }

func columns(kind ColumnKind, names []string) []Column {
	all := make([]Column, len(names))
	for i, name := range names {
		all[i] = Column{name, kind}
	}
	return all
}

func table(name string, key int, parts ...[]Column) Table {
	t := Table{Name: name, Key: key}
	for _, part := range parts {
		t.Columns = append(t.Columns, part...)
	}
	return t
}

// Tables lists what a move copies, in its order. The calendar is not among them: [Archive.EndMove] makes the turns of
// every store due.
func Tables() []Table {
	return []Table{
		table("store_groups", 1, ints("id"), texts("name", "created_at")),
		table("stores", 1, ints("id"), texts("name", "home_url", "rest_root", "auth"), ints("paused", "epoch"),
			texts("facts", "created_at", "updated_at"), ints("group_id")),
		table("store_credentials", 1, ints("store_id"), blobs("sealed"), texts("environment"), blobs("hook")),
		table("records", 4, ints("store_id"), texts("resource"), ints("id"), texts("slug"), ints("parent_id"),
			texts("status"), ints("customer_id"), texts("date_created_gmt", "date_modified_gmt", "seen_at"),
			blobs("hash"),
			jsons("raw")),
		table("record_counts", 2, ints("store_id"), texts("resource"), ints("live", "trash")),
		table("changes", 1, ints("seq", "store_id"), texts("resource"), ints("id"), texts("slug"), ints("parent_id"),
			texts("kind", "at", "origin", "write_id"), blobs("hash")),
		table("cursors", 2, ints("store_id"), texts("name"), jsons("value"), texts("updated_at")),
		table("marks", 4, ints("store_id"), texts("resource"), ints("id", "parent_id"), texts("reason"),
			ints("attempts"),
			texts("not_before"), ints("renewed")),
		table("writes", 1, ints("seq"), texts("id"), ints("store_id"), texts("key", "action", "resource"),
			ints("record_id", "parent_id"), texts("subject"), ints("force"), jsons("body", "base"),
			texts("policy", "state"),
			ints("epoch", "attempts", "lost", "floor"),
			texts("accepted_at", "sent_at", "missed_at", "next_at", "done_at"), jsons("reason", "asked"),
			texts("allowed")),
		table("tokens", 1, ints("id"), texts("prefix"), blobs("hash"), texts("name"), ints("group_id"),
			texts("scopes", "networks", "created_by", "created_at", "expires_at", "used_at", "revoked_at")),
		table("audit", 1, ints("seq"), texts("at", "actor", "name"), ints("group_id"),
			texts("action", "object", "origin", "request_id"), ints("status"), texts("code"), ints("left_out")),
		table("outboxes", 1, ints("store_id", "epoch"), texts("settled_at"), jsons("lessons")),
		table("consumers", 1, ints("id"), texts("name"), ints("group_id", "store_id"), texts("resources"),
			ints("seq", "idle"), texts("created_at", "seen_at", "acked_at")),
		table("subscriptions", 1, ints("id"), texts("key", "name"), ints("group_id", "confined"),
			texts("resources", "kinds", "filter"), ints("thin"), texts("fields", "sink", "target"), blobs("sealed"),
			texts("state", "why"), ints("from_seq", "failures"),
			texts("failing_since", "rest_until", "delivered_at", "created_at"), ints("receipt_within")),
		table("subscription_stores", 2, ints("subscription_id", "store_id")),
		table("subscription_places", 2, ints("subscription_id", "store_id", "seq")),
		table("event_deliveries", 2, ints("subscription_id", "seq", "store_id"), texts("resource"), ints("id"),
			texts("slug"), ints("parent_id"), texts("kind", "at", "origin", "write_id"), blobs("hash"), texts("state"),
			ints("attempts", "redeliveries"), texts("next_at", "done_at"), ints("status"), texts("error"), ints("took")),
		table("receipts", 1, ints("number", "store_id"), texts("resource"), ints("id", "subscription_id", "consumer_id"),
			texts("reference"), ints("seq"), texts("sent_at", "given_at", "lacked_at"), ints("unsent"), texts("instead")),
		table("trace_links", 1, texts("id"), blobs("hash"), ints("group_id", "store_id", "order_id"),
			texts("created_by", "created_at", "expires_at")),
		table("connections", 1, texts("id"), ints("group_id"),
			texts("home_url", "name", "scopes", "home", "return_url"), blobs("state_hash", "sealed"),
			texts("state", "reason", "why", "next", "notes"), ints("store_id"),
			texts("created_at", "expires_at", "arrived_at", "done_at", "busy_until")),
		table("users", 1, ints("id"), texts("email", "name", "role"), ints("group_id"), texts("password"),
			blobs("totp"), ints("totp_step"), texts("subject", "created_by", "created_at", "signed_in_at")),
		table("user_passkeys", 1, blobs("id"), ints("user_id"), texts("name", "site"), jsons("credential"),
			texts("created_at", "used_at")),
		table("problems", 1, ints("id"), texts("kind", "cause", "host", "state"), ints("grave"),
			texts("who", "until", "title", "why", "fix", "docs", "since", "seen_at", "changed_at", "set_by", "note",
				"ignored_until"), ints("times")),
		table("problem_affected", 2, ints("problem_id"), texts("subject", "what", "name"),
			ints("store_id", "group_id", "count"), texts("since", "ended_at", "detail")),
		table("alert_channels", 1, ints("id"), texts("name", "kind", "target"), blobs("sealed"),
			ints("grave", "every", "look"), texts("next_at"), ints("failures"),
			texts("failing_since", "why", "sent_at", "created_at")),
		table("alert_told", 2, ints("channel_id", "problem_id"), texts("state", "at", "before")),
		table("alerts", 1, texts("id"), ints("channel_id"), texts("subject", "text", "body", "state"), ints("attempts"),
			texts("created_at", "next_at", "busy_until", "done_at", "error")),
		table("freshness", 3, ints("store_id"), texts("resource", "from_at", "until_at", "state"), ints("usual")),
		table("freshness_watched", 1, texts("from_at", "until_at")),
		table("hooks", 1, ints("store_id"), texts("path", "state", "why", "webhooks"), ints("secret_sent", "reached"),
			texts("checked_at", "rotated_at"), ints("repairs", "wakes", "pings", "refused"),
			texts("pinged_at", "delivered_at", "refused_at")),
		table("deliveries", 2, ints("store_id"), blobs("key"), texts("resource"), ints("id", "parent_id"),
			texts("received_at"), ints("taken")),
	}
}

// RefuseMoving is the error that keeps a database closed because of a move; nil when it is open. It is a
// *problem.Problem of code data_moved.
func RefuseMoving(m Move) error {
	switch m.State {
	case Leaving, Arriving:
		return problem.New(problem.DataMoved, "the data is being moved (%s %s), and the move has not ended", m.State,
			m.Other).
			Next("Run `waybill migrate` again, as before: it goes on where it stopped.")
	case BackedUp:
		return problem.New(problem.DataMoved, "this is a backup of %s, and what it holds may have been sent since",
			m.At.UTC().Format(time.RFC3339)).
			Next("Move the file elsewhere, and put it back with: waybill restore FILE")
	case Left:
		return problem.New(problem.DataMoved, "the data has moved to %s", m.Other).
			Next("Name that database in WAYBILL_DATABASE_URL, or with --data and no address where it is a file.")
	}
	return nil
}
