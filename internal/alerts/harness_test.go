package alerts_test

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"github.com/waybillhq/waybill/internal/alerts"
	"github.com/waybillhq/waybill/internal/egress"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/databasetest"
)

// grace is how long a problem stands before anybody is told.
const grace = 5 * time.Minute

// ground is a database with a clock that is set, and somebody who tells.
type ground struct {
	*testing.T
	ctx  context.Context
	db   storage.Database
	keep *alerts.Keeper

	mu  sync.Mutex
	now time.Time
}

func setup(t *testing.T) *ground {
	t.Helper()
	g := &ground{T: t, ctx: t.Context(), db: databasetest.Open(t), now: time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC)}
	g.keep = g.keeper(alerts.Options{})
	return g
}

// keeper is one process.
func (g *ground) keeper(opts alerts.Options) *alerts.Keeper {
	opts.Logger, opts.Now, opts.Grace = slog.New(slog.DiscardHandler), g.clock, grace
	opts.Guard = egress.NewGuard([]netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")})
	if opts.Time == 0 {
		opts.Time = 30 * time.Second
	}
	return alerts.New(g.db, plainKeys{}, opts)
}

func (g *ground) clock() time.Time {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.now
}

// pass lets time pass, and has somebody looked.
func (g *ground) pass(d time.Duration) {
	g.Helper()
	g.mu.Lock()
	g.now = g.now.Add(d)
	g.mu.Unlock()
	g.within(func(tx storage.Tx) error {
		l, err := tx.LockLook(g.ctx)
		if err != nil {
			return err
		}
		return tx.SaveLook(g.ctx, storage.Look{Number: l.Number + 1, At: g.clock()})
	})
}

// plainKeys seals nothing: what seals is tested in package shop.
type plainKeys struct{}

func (plainKeys) Hold(context.Context) (func(), error)                        { return func() {}, nil }
func (plainKeys) SealChannel(_ storage.Channel, plain []byte) ([]byte, error) { return plain, nil }
func (plainKeys) OpenChannel(c storage.Channel) ([]byte, error)               { return c.Sealed, nil }

func (g *ground) ok(err error) {
	g.Helper()
	if err != nil {
		g.Fatal(err)
	}
}

func (g *ground) within(work func(tx storage.Tx) error) {
	g.Helper()
	g.ok(g.db.WithinRelaxed(g.ctx, work))
}

func (g *ground) work() {
	g.Helper()
	g.ok(g.keep.Work(g.ctx))
}

func (g *ground) add(n alerts.NewChannel) storage.Channel {
	g.Helper()
	c, _, err := g.keep.Add(g.ctx, n)
	g.ok(err)
	return c
}

// open opens a problem of so many shops at a host.
func (g *ground) open(host string, shops int64) (p storage.Problem) {
	g.Helper()
	now := g.clock()
	g.within(func(tx storage.Tx) (err error) {
		p, err = tx.AddProblem(g.ctx, storage.Problem{ProblemKey: storage.ProblemKey{Kind: "shop",
			Cause: "store_blocked", Host: host}, State: storage.ProblemOpen, Grave: true, Who: "host",
			Title: "Something in front of the shop refuses us",
			Why:   "shop.example answered: ada@example.com is blocked", Fix: "Ask the host",
			Since: now, ChangedAt: now, Times: 1})
		if err != nil {
			return err
		}
		affected := make([]storage.Affected, shops)
		for i := range affected {
			affected[i] = storage.Affected{Subject: "store/" + string(rune('a'+i%26)) + string(rune('a'+i/26)),
				What: "store", Name: "secret-name", Since: now}
		}
		return tx.SaveAffected(g.ctx, p.ID, affected)
	})
	return p
}

// set gives a problem a state now.
func (g *ground) set(p storage.Problem, state storage.ProblemState) {
	g.Helper()
	g.within(func(tx storage.Tx) error {
		now, err := tx.LockProblem(g.ctx, p.ID)
		if err != nil {
			return err
		}
		now.State, now.ChangedAt = state, g.clock()
		return tx.SaveProblem(g.ctx, now)
	})
}

// receiver is a hook that keeps what it gets.
type receiver struct {
	*httptest.Server
	mu     sync.Mutex
	got    []http.Header
	bodies []string
	status atomic.Int64
	// holds, when set, is closed by the test to let requests be answered; taken is told of each that came.
	holds chan struct{}
	taken chan struct{}
}

func (g *ground) receiver() *receiver {
	r := &receiver{taken: make(chan struct{}, 1000)}
	r.status.Store(http.StatusOK)
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		body, _ := io.ReadAll(req.Body)
		r.mu.Lock()
		r.got, r.bodies = append(r.got, req.Header), append(r.bodies, string(body))
		holds := r.holds
		r.mu.Unlock()
		r.taken <- struct{}{}
		if holds != nil {
			<-holds
		}
		w.WriteHeader(int(r.status.Load()))
	}))
	g.Cleanup(r.Close)
	return r
}

func (r *receiver) all() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.bodies)
}

func (r *receiver) ids() (ids []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, h := range r.got {
		ids = append(ids, h.Get("Webhook-Id"))
	}
	return ids
}

// mailbox is a real SMTP server that keeps what it gets.
type mailbox struct {
	address string
	mu      sync.Mutex
	mails   []string
	to      []string
	// refuses makes it refuse every mail.
	refuses atomic.Bool
}

func (g *ground) mailbox() *mailbox {
	g.Helper()
	m := &mailbox{}
	server := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &session{m}, nil }))
	listener, err := (&net.ListenConfig{}).Listen(g.ctx, "tcp", "127.0.0.1:0")
	g.ok(err)
	m.address = "smtp://" + listener.Addr().String()
	go func() { _ = server.Serve(listener) }()
	g.Cleanup(func() { _ = server.Close() })
	return m
}

func (m *mailbox) all() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.mails)
}

type session struct{ box *mailbox }

func (s *session) Mail(string, *smtp.MailOptions) error {
	if s.box.refuses.Load() {
		return &smtp.SMTPError{Code: 451, Message: "try ada@example.com later"}
	}
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.box.mu.Lock()
	defer s.box.mu.Unlock()
	s.box.to = append(s.box.to, to)
	return nil
}

func (s *session) Data(r io.Reader) error {
	text, err := io.ReadAll(r)
	s.box.mu.Lock()
	defer s.box.mu.Unlock()
	s.box.mails = append(s.box.mails, string(text))
	return err
}

func (s *session) Reset()        {}
func (s *session) Logout() error { return nil }
