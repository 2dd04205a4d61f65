package problems

import (
	"context"
	"log/slog"
	"time"

	"github.com/waybillhq/waybill/internal/engine"
	"github.com/waybillhq/waybill/internal/follow"
	"github.com/waybillhq/waybill/internal/freshness"
	"github.com/waybillhq/waybill/internal/receipts"
	"github.com/waybillhq/waybill/internal/storage"
)

// Looker looks for problems. It is safe for concurrent use, by several processes too.
type Looker struct {
	db   storage.Database
	opts Options
}

// Options adjust a Looker. Zero values stand for the defaults named there.
type Options struct {
	Logger *slog.Logger
	Now    func() time.Time
	// Every is how often one of all processes looks: 10 s.
	Every time.Duration
	// Keep is how long resolved problems are kept, KeepFreshness how long the history of freshness: 90 days each.
	Keep, KeepFreshness time.Duration
}

// NewLooker makes a Looker that works on a database.
func NewLooker(db storage.Database, opts Options) *Looker {
	if opts.Logger == nil {
		opts.Logger = slog.New(slog.DiscardHandler)
	}
	if opts.Now == nil {
		opts.Now = time.Now
	}
	for _, each := range []*time.Duration{&opts.Keep, &opts.KeepFreshness} {
		if *each <= 0 {
			*each = 90 * 24 * time.Hour
		}
	}
	if opts.Every <= 0 {
		opts.Every = 10 * time.Second
	}
	return &Looker{db, opts}
}

// piece is how many stores are read at once.
const piece = 500

// Every is how often one of all processes looks.
func (l *Looker) Every() time.Duration { return l.opts.Every }

// LookWhenDue looks, unless another process has looked within the time between two looks.
func (l *Looker) LookWhenDue(ctx context.Context) error {
	last, err := l.db.Look(ctx)
	if err != nil || l.opts.Now().Sub(last.At) < l.opts.Every && !last.At.After(l.opts.Now()) {
		return err
	}
	return l.Look(ctx)
}

// Look looks once. When another process has kept a look meanwhile, this one keeps nothing: what it has read is older.
func (l *Looker) Look(ctx context.Context) error {
	began, err := l.db.Look(ctx)
	if err != nil {
		return err
	}
	standing, err := l.standing(ctx)
	if err != nil {
		return err
	}
	now := l.opts.Now().UTC()
	finder := NewFinder(now, standing.affected)
	changed, err := l.read(ctx, finder, now)
	if err != nil {
		return err
	}
	plan, err := l.plan(ctx, finder.Findings(), standing, now)
	if err != nil {
		return err
	}
	return l.db.WithinRelaxed(ctx, func(tx storage.Tx) error {
		last, err := tx.LockLook(ctx)
		if err != nil || last.Number != began.Number {
			return err
		}
		if err := plan.apply(ctx, tx, now); err != nil {
			return err
		}
		if err := tx.BeginFresh(ctx, changed); err != nil {
			return err
		}
		if err := l.tidy(ctx, tx, now); err != nil {
			return err
		}
		return tx.SaveLook(ctx, storage.Look{Number: last.Number + 1, At: now})
	})
}

const (
	// watchGap is how many looks may be missing before it counts that nobody looked.
	watchGap = 6
	// forgottenAtOnce bounds what one look forgets.
	forgottenAtOnce = 200
)

// tidy notes that somebody looked, and forgets what is old.
func (l *Looker) tidy(ctx context.Context, tx storage.Tx, now time.Time) error {
	if err := tx.Watching(ctx, now, max(watchGap*l.opts.Every, time.Minute)); err != nil {
		return err
	}
	if _, err := tx.DropProblems(ctx, now.Add(-l.opts.Keep), forgottenAtOnce); err != nil {
		return err
	}
	_, err := tx.DropFreshness(ctx, now.Add(-l.opts.KeepFreshness), forgottenAtOnce)
	return err
}

// stands is what stands before a look.
type stands struct {
	problems map[storage.ProblemKey]storage.Problem
	affected map[storage.ProblemKey][]storage.Affected
}

func (l *Looker) standing(ctx context.Context) (stands, error) {
	s := stands{map[storage.ProblemKey]storage.Problem{}, map[storage.ProblemKey][]storage.Affected{}}
	all, err := l.db.Problems(ctx, storage.ProblemQuery{States: storage.Standing()})
	if err != nil {
		return s, err
	}
	for _, p := range all {
		affected, err := l.db.Affected(ctx, storage.AffectedQuery{ProblemID: p.ID})
		if err != nil {
			return s, err
		}
		s.problems[p.ProblemKey], s.affected[p.ProblemKey] = p, affected
	}
	return s, nil
}

// read shows a finder how everything stands, and says whose freshness has changed.
func (l *Looker) read(ctx context.Context, f *Finder, now time.Time) (changed []storage.Fresh, err error) {
	workers, err := engine.Workers(ctx, l.db, now)
	if err != nil {
		return nil, err
	}
	for after := int64(0); ; {
		stores, err := l.db.StoresAfter(ctx, after, piece)
		if err != nil {
			return nil, err
		}
		if len(stores) == 0 {
			break
		}
		after = stores[len(stores)-1].ID
		fresh, err := l.readStores(ctx, f, stores, workers, now)
		if err != nil {
			return nil, err
		}
		changed = append(changed, fresh...)
	}
	writes, err := l.db.StuckWrites(ctx)
	if err != nil {
		return nil, err
	}
	for _, w := range writes {
		f.Writes(w)
	}
	if err := l.readSubscriptions(ctx, f); err != nil {
		return nil, err
	}
	return changed, l.readReaders(ctx, f, now)
}

// readReaders shows a finder who does not say that he has what he was sent, and who is not told of problems.
func (l *Looker) readReaders(ctx context.Context, f *Finder, now time.Time) error {
	overdue, err := receipts.OverdueOf(ctx, l.db, 0, now)
	if err != nil {
		return err
	}
	for _, o := range overdue {
		f.Receipts(o)
	}
	channels, err := l.db.Channels(ctx)
	for _, c := range channels {
		f.Channel(c)
	}
	return err
}

// readStores shows a finder some stores, which are in the order of their numbers.
func (l *Looker) readStores(
	ctx context.Context, f *Finder, stores []storage.Store, workers []storage.Worker, now time.Time,
) (changed []storage.Fresh, err error) {
	first, last := stores[0].ID, stores[len(stores)-1].ID
	turns, err := l.db.TurnsBetween(ctx, first, last)
	if err != nil {
		return nil, err
	}
	turnsOf := map[int64][]storage.Turn{}
	for _, t := range turns {
		turnsOf[t.StoreID] = append(turnsOf[t.StoreID], t)
	}
	hooks, err := l.db.HooksBetween(ctx, first, last)
	if err != nil {
		return nil, err
	}
	hookOf := map[int64]storage.Hook{}
	for _, h := range hooks {
		hookOf[h.StoreID] = h
	}
	kept, err := l.db.Freshness(ctx, storage.FreshQuery{Whole: true, Now: true, FirstStore: first, LastStore: last})
	if err != nil {
		return nil, err
	}
	was := map[int64]storage.Fresh{}
	for _, f := range kept {
		was[f.StoreID] = f
	}
	for _, st := range stores {
		s := Seen{Store: st, Standing: follow.StandingOf(st.ID, turnsOf[st.ID], workers), Hook: hookOf[st.ID]}
		if s.Standing.Pause == 0 {
			s.Standing.Pause = was[st.ID].Usual // that of a round that fails is not known
		}
		s.Fresh = freshness.Judge(st, s.Standing, now)
		if was[st.ID].State != string(s.Fresh.State) {
			changed = append(changed, storage.Fresh{StoreID: st.ID, State: string(s.Fresh.State), From: now,
				Usual: s.Fresh.Usual})
		}
		f.Store(s)
	}
	return changed, nil
}

func (l *Looker) readSubscriptions(ctx context.Context, f *Finder) error {
	all, err := l.db.Subscriptions(ctx, 0)
	if err != nil {
		return err
	}
	failed, err := l.db.FailedEvents(ctx)
	if err != nil {
		return err
	}
	failedOf := map[int64]storage.FailedEvents{}
	for _, e := range failed {
		failedOf[e.SubscriptionID] = e
	}
	for _, s := range all {
		f.Subscription(s)
		if e, some := failedOf[s.ID]; some {
			f.FailedEvents(s, e)
		}
	}
	return nil
}
