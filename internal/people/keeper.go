package people

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/waybillhq/waybill/internal/access"
	"github.com/waybillhq/waybill/internal/storage"
)

// Keys seals and opens what the codes of a user's device are made of.
type Keys interface {
	// Hold keeps the sealing keys from being replaced until release is called.
	Hold(ctx context.Context) (release func(), err error)
	SealUser(userID int64, plain []byte) ([]byte, error)
	OpenUser(userID int64, sealed []byte) ([]byte, error)
}

// Parts are the rooms that a Keeper works with. All are needed.
type Parts struct {
	Database storage.Database
	Keys     Keys
	// Access keeps groups and the audit log.
	Access *access.Keeper
}

// Options adjust a Keeper. Logger and Now are needed.
type Options struct {
	Logger *slog.Logger
	Now    func() time.Time
	// Idle ends a session that was not seen for so long; Longest ends every one. 0 stands for [StandardIdle] and
	// [StandardLongest].
	Idle, Longest time.Duration
	// Second says whose password needs a code or a passkey behind it.
	Second Second
	// Provider signs people in where it has an issuer.
	Provider Provider
	// Transport asks the provider; nil means the standard one.
	Transport http.RoundTripper
}

// Second says whose password needs a code or a passkey behind it.
type Second string

// Whose password needs more.
const (
	SecondNobody         Second = "nobody"
	SecondAdministrators Second = "administrators"
	SecondEverybody      Second = "everybody"
)

// How long sessions last.
const (
	StandardIdle    = 12 * time.Hour
	StandardLongest = 7 * 24 * time.Hour
)

// Keeper keeps people who may sign in. It is safe for concurrent use, by several processes too.
type Keeper struct {
	Parts
	opts Options
	// hashing bounds how many passwords are hashed at a time: each takes 19 MiB and tens of milliseconds, which nobody
	// who only knocks may multiply.
	hashing chan struct{}
	// provider is how the provider describes itself, once it was asked.
	provider discovery

	mu sync.Mutex
	// swept is when what has ended was last removed.
	swept time.Time
}

// New makes a Keeper.
func New(parts Parts, opts Options) *Keeper {
	if opts.Idle <= 0 {
		opts.Idle = StandardIdle
	}
	if opts.Longest <= 0 {
		opts.Longest = StandardLongest
	}
	if opts.Second == "" {
		opts.Second = SecondAdministrators
	}
	return &Keeper{Parts: parts, opts: opts, hashing: make(chan struct{}, 2)}
}

const sweepEvery = 10 * time.Minute

// sweep removes what has ended, now and then. What it cannot remove it leaves for the next time: it counts no more.
func (k *Keeper) sweep(ctx context.Context) {
	now := k.opts.Now()
	k.mu.Lock()
	due := now.Sub(k.swept) >= sweepEvery
	if due {
		k.swept = now
	}
	k.mu.Unlock()
	if !due {
		return
	}
	err := k.Database.WithinRelaxed(ctx, func(tx storage.Tx) error {
		if err := tx.DropUserSessionsBefore(ctx, now, now.Add(-k.opts.Idle)); err != nil {
			return err
		}
		if err := tx.DropTicketsBefore(ctx, now); err != nil {
			return err
		}
		return tx.DropAttemptsBefore(ctx, now.Add(-forgottenAfter))
	})
	if err != nil && ctx.Err() == nil {
		k.opts.Logger.WarnContext(ctx, "cannot remove sessions and links that have ended", "error", err)
	}
}

// note writes what somebody did to the audit log. What was done stays done where that fails; the log of the process
// tells of it.
func (k *Keeper) note(ctx context.Context, by access.Caller, action, object, from string) {
	ctx = context.WithoutCancel(ctx)
	err := k.Access.Note(ctx, storage.AuditEntry{Actor: by.Actor, Name: by.Name, GroupID: by.GroupID, Action: action,
		Object: object, From: from})
	if err != nil {
		k.opts.Logger.ErrorContext(ctx, "cannot write to the audit log", "action", action, "object", object, "actor",
			by.Actor, "error", err)
	}
}

// callerOf is a user as others know who asks.
func callerOf(u storage.User) access.Caller {
	return access.Person(u.Email, u.Name, u.GroupID, access.Role(u.Role))
}
