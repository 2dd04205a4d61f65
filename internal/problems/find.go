package problems

import (
	"cmp"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/waybillhq/waybill/internal/follow"
	"github.com/waybillhq/waybill/internal/freshness"
	"github.com/waybillhq/waybill/internal/receipts"
	"github.com/waybillhq/waybill/internal/storage"
)

// Seen is how a store stands, as one look reads it.
type Seen struct {
	Store    storage.Store
	Standing follow.Standing
	Fresh    freshness.Reading
	// Hook is where it sends its webhooks; its ID is 0 where it has none.
	Hook storage.Hook
}

// Finder finds problems in what it is shown. It asks nobody, and holds of a store that does well nothing but its
// number.
type Finder struct {
	now time.Time
	// stood is the host of the problem in which a subject stands, by kind, cause and subject. What once was counted to
	// a host stays with it, also when its address moves.
	stood map[place]string
	// wide are the kinds and causes of problems that stand everywhere.
	wide   map[[2]string]bool
	stores map[int64]storage.Store
	active int
	cases  map[[2]string][]instance
}

// place is a subject of a kind and cause.
type place struct{ kind, cause, subject string }

// instance is one thing that is affected, before it is counted to a host.
type instance struct {
	storage.Affected
	host  string
	group int64 // whose it is
	// seen is when it was last seen anew.
	seen  time.Time
	words Words
	until time.Time
}

// NewFinder begins a look at a time. standing is what each problem that stands affects now, by its key.
func NewFinder(now time.Time, standing map[storage.ProblemKey][]storage.Affected) *Finder {
	f := &Finder{now: now, stood: map[place]string{}, wide: map[[2]string]bool{}, stores: map[int64]storage.Store{},
		cases: map[[2]string][]instance{}}
	for key, affected := range standing {
		if key.Host == "" {
			f.wide[[2]string{key.Kind, key.Cause}] = len(affected) > 0
		}
		for _, a := range affected {
			f.stood[place{key.Kind, key.Cause, a.Subject}] = key.Host
		}
	}
	return f
}

func (f *Finder) add(kind, cause string, i instance) {
	key := [2]string{kind, cause}
	f.cases[key] = append(f.cases[key], i)
}

// Store shows how a store stands.
func (f *Finder) Store(s Seen) {
	if !s.Store.Paused {
		f.active++
	}
	// The name and the host are needed again where its writes are.
	f.stores[s.Store.ID] = storage.Store{ID: s.Store.ID, Name: s.Store.Name, HomeURL: s.Store.HomeURL,
		GroupID: s.Store.GroupID, Facts: storage.StoreFacts{Address: s.Store.Facts.Address}}
	if s.Store.Paused {
		return // a person wanted that
	}
	of := f.instanceOf(s.Store)
	switch {
	case s.Standing.Problem != nil:
		of.seen, of.Since = s.Standing.RoundAt, s.Standing.RoundAt
		of.words, of.until = shopWords(s, f.now)
		of.Detail = s.Standing.Problem.Message
		f.add(KindShop, string(s.Standing.Problem.Code), of)
	case s.Fresh.State == freshness.Late || s.Fresh.State == freshness.Down:
		of.seen, of.Since = f.now, s.Standing.CurrentAt
		cause := CauseBehind
		if !s.Standing.Followed {
			cause, of.host = CauseNotFollowed, ""
		}
		of.words = lateWords(s, cause)
		f.add(KindLate, cause, of)
	}
	if why := s.Hook.State; why == storage.HookUnreachable || why == storage.HookPaused || why == storage.HookRefused {
		of := f.instanceOf(s.Store)
		of.seen, of.Since, of.Detail = s.Hook.CheckedAt, s.Hook.CheckedAt, s.Hook.Why
		of.words = hookWords(why)
		f.add(KindWebhooks, string(why), of)
	}
}

// The causes of mirrors that are late although no look fails.
const (
	CauseBehind      = "behind"       // the process that follows the shop does not keep up
	CauseNotFollowed = "not_followed" // no process follows the shop
)

func (f *Finder) instanceOf(st storage.Store) instance {
	return instance{host: hostOf(st), group: st.GroupID, Affected: storage.Affected{Subject: AffectsStore + "/" +
		strconv.FormatInt(st.ID, 10), What: AffectsStore, Name: st.Name, StoreID: st.ID}}
}

// Writes shows writes that wait for a person or were refused. The stores must have been shown before.
func (f *Finder) Writes(w storage.StuckWrites) {
	st, known := f.stores[w.StoreID]
	if !known {
		return
	}
	of := f.instanceOf(st)
	of.Subject, of.What = AffectsWrites+"/"+strconv.FormatInt(w.StoreID, 10)+"/"+string(w.State), AffectsWrites
	of.Count, of.Since, of.seen = w.Count, w.Oldest, w.Newest
	of.words = writesWords(w)
	cause := string(w.State)
	if w.Code != "" {
		cause += ": " + w.Code
	}
	f.add(KindWrites, cause, of)
}

// The causes of receivers that take nothing.
const (
	CauseNotTaken = "not_taken" // it fails, and is asked later and later, or nothing is sent any more
	CauseEnded    = "ended"     // it said that it wants nothing any more
)

// Subscription shows how a subscription stands.
func (f *Finder) Subscription(s storage.Subscription) {
	of := f.instanceOfSubscription(s)
	switch {
	case s.State == storage.SubscriptionEnded:
		of.Since, of.seen = cmp.Or(s.FailingSince, f.now), s.DeliveredAt
		of.words = endedWords(s)
		f.add(KindSubscription, CauseEnded, of)
	case s.Why != "":
		of.Since, of.seen = cmp.Or(s.FailingSince, f.now), f.now
		of.words, of.until = notTakenWords(s, f.now), s.RestUntil
		f.add(KindSubscription, CauseNotTaken, of)
	}
}

// FailedEvents shows that events of a subscription were given up.
func (f *Finder) FailedEvents(s storage.Subscription, e storage.FailedEvents) {
	of := f.instanceOfSubscription(s)
	of.Count, of.Since, of.seen = e.Count, e.Oldest, e.Newest
	of.words = givenUpWords()
	f.add(KindDeliveries, "given_up", of)
}

// Receipts shows receipts that a receiver has not given in time.
func (f *Finder) Receipts(o receipts.Overdue) {
	of := f.instanceOfSubscription(o.Subscription)
	of.Subject, of.What = AffectsReceipts+strings.TrimPrefix(of.Subject, AffectsSubscription)+"/"+
		strconv.FormatInt(o.StoreID, 10), AffectsReceipts
	of.StoreID, of.Count, of.Since, of.seen, of.Detail = o.StoreID, o.Count, o.Since, f.now, ""
	of.words = receiptsWords()
	f.add(KindReceipts, "missing", of)
}

// deaf is after how many attempts in a row a channel counts as one that takes nothing.
const deaf = 3

// Channel shows how a channel of alerts stands.
func (f *Finder) Channel(c storage.Channel) {
	if c.Failures < deaf {
		return
	}
	f.add(KindAlerts, CauseNotTaken, instance{seen: f.now, words: deafWords(c), Affected: storage.Affected{
		Subject: AffectsChannel + "/" + strconv.FormatInt(c.ID, 10), What: AffectsChannel, Name: c.Name,
		Since: c.FailingSince, Detail: c.Why}})
}

func (f *Finder) instanceOfSubscription(s storage.Subscription) instance {
	subject := AffectsSubscription + "/" + strconv.FormatInt(s.ID, 10)
	return instance{host: hostOfURL(s.Target), group: s.GroupID, Affected: storage.Affected{Subject: subject,
		What: AffectsSubscription, Name: s.Name, GroupID: s.GroupID, Detail: s.Why}}
}

// Findings are the problems that should stand, in the order of their keys.
func (f *Finder) Findings() []Finding {
	var all []Finding
	for key, cases := range f.cases {
		kind, cause := key[0], key[1]
		f.settle(kind, cause, cases)
		byHost := map[string][]instance{}
		for _, one := range cases {
			byHost[one.host] = append(byHost[one.host], one)
		}
		for host, of := range byHost {
			all = append(all, findingOf(storage.ProblemKey{Kind: kind, Cause: cause, Host: host}, of))
		}
	}
	slices.SortFunc(all, func(a, b Finding) int {
		return cmp.Or(strings.Compare(a.Kind, b.Kind), strings.Compare(a.Cause, b.Cause),
			strings.Compare(a.Host, b.Host))
	})
	return all
}

const (
	// wideStores and wideHosts are how many stores, and hosts, must fail for one cause at least before that counts as
	// one problem that stands everywhere; it must be half of all stores that are followed, too.
	wideStores, wideHosts = 10, 3
)

// settle decides to which host each case of a cause counts: to none where the cause stands everywhere, to the one that
// it was counted to before, or else to its own.
func (f *Finder) settle(kind, cause string, cases []instance) {
	hosts := map[string]bool{}
	for i := range cases {
		if host, stood := f.stood[place{kind, cause, cases[i].Subject}]; stood && host != "" {
			cases[i].host = host
		}
		hosts[cases[i].host] = true
	}
	byStores := kind == KindShop || kind == KindLate || kind == KindWebhooks
	if !byStores || !f.wide[[2]string{kind, cause}] &&
		(len(cases) < wideStores || len(hosts) < wideHosts || 2*len(cases) < f.active) {
		return
	}
	for i := range cases {
		cases[i].host = ""
	}
}

// hostOf is the host of a store: the address at which it was last reached, or the name in its own address.
func hostOf(st storage.Store) string {
	if st.Facts.Address != "" {
		return st.Facts.Address
	}
	return hostOfURL(st.HomeURL)
}

// hostOfURL is the host of an address without its port; the whole text where it is none.
func hostOfURL(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return address
	}
	if host, _, err := net.SplitHostPort(u.Host); err == nil {
		return host
	}
	return u.Host
}
