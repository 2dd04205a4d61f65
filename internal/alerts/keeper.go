package alerts

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"regexp"
	"time"

	"github.com/waybillhq/waybill/internal/egress"
	"github.com/waybillhq/waybill/internal/feed/signature"
	"github.com/waybillhq/waybill/internal/storage"
)

// Keys seals and opens how channels are reached.
type Keys interface {
	// Hold keeps what seals from being replaced until release is called.
	Hold(ctx context.Context) (release func(), err error)
	SealChannel(c storage.Channel, plain []byte) ([]byte, error)
	OpenChannel(c storage.Channel) ([]byte, error)
}

// Options adjust a Keeper. Logger and Now are needed.
type Options struct {
	Logger *slog.Logger
	Now    func() time.Time
	// Guard decides to which addresses channels may lead; nil lets no private ones.
	Guard *egress.Guard
	// Time bounds an attempt: 15 s.
	Time time.Duration
	// Grace is how long a problem must stand before anybody is told: 5 min.
	Grace time.Duration
	// SMTP is the mail server of channels that name none; empty for none. From is who mails come from.
	SMTP, From string
	// UserAgent is how hooks are asked.
	UserAgent string
	// Keep is how long messages are kept that were sent or given up: 90 days.
	Keep time.Duration
}

// Keeper keeps channels and tells them of problems. It is safe for concurrent use, by several processes too.
type Keeper struct {
	db   storage.Database
	keys Keys
	opts Options
}

// New makes a Keeper that works on a database.
func New(db storage.Database, keys Keys, opts Options) *Keeper {
	for limit, standard := range map[*time.Duration]time.Duration{&opts.Time: 15 * time.Second,
		&opts.Keep: 90 * 24 * time.Hour} {
		if *limit <= 0 {
			*limit = standard
		}
	}
	if opts.Guard == nil {
		opts.Guard = egress.NewGuard(nil)
	}
	return &Keeper{db, keys, opts}
}

// NewChannel is what a channel is made with.
type NewChannel struct {
	Name  string
	Reach Reach
	// Grave tells grave problems alone.
	Grave bool
	// Every is how often a heartbeat is called, a minute where it is zero, and for how long others gather what there is
	// to tell at least.
	Every time.Duration
}

var channelName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$`)

// Add makes a channel. secret is what a JSON hook is signed with, shown this once; empty for others. The error is a
// problem: input_invalid or channel_exists.
func (k *Keeper) Add(ctx context.Context, n NewChannel) (made storage.Channel, secret string, err error) {
	if !channelName.MatchString(n.Name) {
		return made, "", noChannelName(n.Name)
	}
	kind, err := n.Reach.kind()
	if err != nil {
		return made, "", err
	}
	if kind == storage.ChannelHook && n.Reach.Secret == "" {
		n.Reach.Secret = signature.NewSecret()
	}
	if kind == storage.ChannelHeartbeat && n.Every <= 0 {
		n.Every = time.Minute
	}
	if n.Every < 0 || n.Every > longestEvery {
		return made, "", noEvery()
	}
	made = storage.Channel{Name: n.Name, Kind: kind, Grave: n.Grave, Every: n.Every, Target: n.Reach.target(kind)}
	opened, err := k.open(kind, n.Reach)
	if err != nil {
		return made, "", err
	}
	opened.close()
	plain, err := json.Marshal(n.Reach)
	if err != nil {
		return made, "", err
	}
	release, err := k.keys.Hold(ctx)
	if err != nil {
		return made, "", err
	}
	defer release()
	if made.Sealed, err = k.keys.SealChannel(made, plain); err != nil {
		return made, "", err
	}
	wanted := made
	err = k.db.Within(ctx, func(tx storage.Tx) error {
		made, err = tx.AddChannel(ctx, wanted)
		return err
	})
	if errors.Is(err, storage.ErrExists) {
		return made, "", channelExists(err, n.Name)
	}
	return made, n.Reach.Secret, err
}

// longestEvery bounds how long a channel gathers.
const longestEvery = 7 * 24 * time.Hour

// Find gives a channel. The error is a problem of code channel_not_found.
func (k *Keeper) Find(ctx context.Context, name string) (storage.Channel, error) {
	c, err := k.db.Channel(ctx, name)
	if errors.Is(err, storage.ErrNotFound) {
		return c, noChannel(name)
	}
	return c, err
}

// List gives the channels by name.
func (k *Keeper) List(ctx context.Context) ([]storage.Channel, error) { return k.db.Channels(ctx) }

// Messages gives what was told to a channel, the newest first.
func (k *Keeper) Messages(ctx context.Context, of storage.Channel, limit int) ([]storage.Alert, error) {
	return k.db.Alerts(ctx, of.ID, limit)
}

// Remove forgets a channel with its messages.
func (k *Keeper) Remove(ctx context.Context, of storage.Channel) error {
	return k.db.Within(ctx, func(tx storage.Tx) error { return tx.DropChannel(ctx, of.ID) })
}

// Test sends a message that says that it is a test, at once and beside the others; a heartbeat is called. The error is
// a problem of code alert_not_sent.
func (k *Keeper) Test(ctx context.Context, of storage.Channel) error {
	to, err := k.opened(of)
	if err != nil {
		return err
	}
	defer to.close()
	if err := to.send(ctx, testMessage(of, newID(), k.opts.Now().UTC())); err != nil {
		return notSent(of, err)
	}
	return nil
}

// opened opens a channel.
func (k *Keeper) opened(of storage.Channel) (opened, error) {
	plain, err := k.keys.OpenChannel(of)
	if err != nil {
		return nil, err
	}
	var reach Reach
	if err := json.Unmarshal(plain, &reach); err != nil {
		return nil, err
	}
	return k.open(of.Kind, reach)
}
