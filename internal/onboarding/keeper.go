package onboarding

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"

	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/stores"
)

// Prefix is where shops and the browsers of their owners come to, below the public address of the server.
const Prefix = "/connect/"

// Keys seals and opens what is secret of a connection.
type Keys interface {
	// Hold keeps the sealing keys from being replaced until release is called.
	Hold(ctx context.Context) (release func(), err error)
	SealConnection(c storage.Connection, plain []byte) ([]byte, error)
	OpenConnection(c storage.Connection) ([]byte, error)
}

// Parts are the rooms that a Keeper works with. All are needed.
type Parts struct {
	Database  storage.Database
	Keys      Keys
	Finder    *stores.Finder
	Examiner  *stores.Examiner
	Connector *stores.Connector
}

// Options adjust a Keeper. Logger and Now are needed.
type Options struct {
	// PublicURL is where shops reach the server; without one no shop is connected in this way.
	PublicURL string
	// Transport asks our own public address and the shops of no group, Tenants the shops of groups. nil means the
	// standard one.
	Transport, Tenants http.RoundTripper
	// UserAgent is sent with these requests.
	UserAgent string
	// Lookup finds the addresses of a name; nil asks the machine's resolver.
	Lookup func(ctx context.Context, host string) ([]netip.Addr, error)
	Logger *slog.Logger
	Now    func() time.Time
}

// Keeper keeps shops on their way of being connected. It is safe for concurrent use, by several processes too.
type Keeper struct {
	Parts
	opts Options
	// http asks our own address and the shops of no group, tenants the shops of groups.
	http, tenants *http.Client

	mu     sync.Mutex
	cancel context.CancelFunc
	done   chan struct{}
	// came wakes whoever tries keys.
	came chan struct{}
}

// New makes a Keeper.
func New(parts Parts, opts Options) *Keeper {
	opts.PublicURL = strings.TrimRight(opts.PublicURL, "/")
	if opts.Lookup == nil {
		opts.Lookup = lookup
	}
	return &Keeper{Parts: parts, opts: opts, came: make(chan struct{}, 1), http: asking(opts.Transport),
		tenants: asking(opts.Tenants)}
}

// asking makes a client that follows no redirect by itself.
func asking(transport http.RoundTripper) *http.Client {
	return &http.Client{Transport: transport, Timeout: askWithin,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// of is who asks the shop of a connection.
func (k *Keeper) of(c storage.Connection) *http.Client {
	if c.GroupID != 0 {
		return k.tenants
	}
	return k.http
}

// askWithin is how long a page may take to answer. WordPress gives the callback a minute.
const askWithin = 20 * time.Second

// secrets are what is sealed of a connection.
type secrets struct {
	// Address is the address as it was given: there may be a password in it.
	Address string `json:"address"`
	// Link is where the owner of the shop approves; it ends in the state.
	Link string `json:"link"`
	// Key and Secret are what the shop has sent.
	Key    string `json:"key,omitempty"`
	Secret string `json:"secret,omitempty"`
}

func (k *Keeper) open(c storage.Connection) (s secrets, err error) {
	plain, err := k.Keys.OpenConnection(c)
	if err != nil {
		return s, err
	}
	return s, json.Unmarshal(plain, &s)
}

func (k *Keeper) seal(c *storage.Connection, s secrets) error {
	plain, err := json.Marshal(s)
	if err == nil {
		c.Sealed, err = k.Keys.SealConnection(*c, plain)
	}
	return err
}

// Link is where the owner of the shop approves the connection; empty once that is over.
func (k *Keeper) Link(c storage.Connection) string {
	if c.State != storage.ConnectionWaiting || len(c.Sealed) == 0 {
		return ""
	}
	s, err := k.open(c)
	if err != nil {
		return ""
	}
	return s.Link
}

// Connection is one of a group, of any for 0. The error is a problem of code connection_not_found.
func (k *Keeper) Connection(ctx context.Context, groupID int64, id string) (storage.Connection, error) {
	c, err := k.Database.Connection(ctx, id)
	if errors.Is(err, storage.ErrNotFound) || err == nil && groupID != 0 && c.GroupID != groupID {
		return storage.Connection{}, notFound(id)
	}
	return k.asOf(c), err
}

// Connections lists those of a group, of all for 0, the newest first.
func (k *Keeper) Connections(ctx context.Context, groupID int64) ([]storage.Connection, error) {
	all, err := k.Database.Connections(ctx, groupID)
	for i, c := range all {
		all[i] = k.asOf(c)
	}
	return all, err
}

// asOf is a connection as it stands now: one whose time is up may not be written down as such yet.
func (k *Keeper) asOf(c storage.Connection) storage.Connection {
	if c.State == storage.ConnectionWaiting && !k.opts.Now().Before(c.ExpiresAt) {
		k.fail(&c, expired(c))
	}
	return c
}

// fail ends a connection, which throws away what is secret of it.
func (k *Keeper) fail(c *storage.Connection, f failure) {
	c.State, c.Reason, c.Why, c.Next = storage.ConnectionFailed, f.reason, f.why, f.next
	c.Sealed, c.DoneAt, c.BusyUntil = nil, k.opts.Now().UTC().Truncate(time.Millisecond), time.Time{}
}

// Cancel ends a connection that waits; the key that its owner approves from then on is not taken, and the shop deletes
// it. One that is over is forgotten. A store that was connected stays.
func (k *Keeper) Cancel(ctx context.Context, groupID int64, id string) error {
	if _, err := k.Connection(ctx, groupID, id); err != nil {
		return err
	}
	return k.Database.Within(ctx, func(tx storage.Tx) error { return tx.DropConnection(ctx, id) })
}

// Returned notes with what the shop has sent the browser of its owner back: whether he said yes. It is a hint, since
// anybody may say it who knows the address; the key alone decides.
func (k *Keeper) Returned(ctx context.Context, id string, approved bool) (storage.Connection, error) {
	c, err := k.Connection(ctx, 0, id)
	if err != nil || c.State != storage.ConnectionWaiting {
		return c, err
	}
	told := declined()
	if approved {
		told = keyElsewhere(k.opts.PublicURL)
	}
	err = k.Database.Within(ctx, func(tx storage.Tx) error {
		if c, err = tx.LockConnection(ctx, id); err != nil || c.State != storage.ConnectionWaiting {
			return err
		}
		c.Reason, c.Why, c.Next = told.reason, told.why, told.next
		return tx.SaveConnection(ctx, c)
	})
	if errors.Is(err, storage.ErrNotFound) {
		err = notFound(id)
	}
	return c, err
}
