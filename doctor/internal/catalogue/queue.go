package catalogue

import (
	"fmt"
	"slices"
	"time"

	"github.com/waybillhq/waybill/doctor/internal/evidence"
	"github.com/waybillhq/waybill/doctor/internal/verdict"
)

// Webhooks are delivered by the store's queue of background jobs, which also counts changed orders for the analytics.
// The length of the queue cannot be seen from outside, what was counted can: an order that changed a while ago and is
// not counted yet has waited in the queue ever since.

// queueAge is how long a job may wait before the queue counts as standing: WooCommerce puts most jobs off by seconds,
// and a cron job that takes the place of WP-Cron calls the queue every few minutes.
const queueAge = 15 * time.Minute

// queueStands is how long a job has waited in a queue that visits wake, when the queue no longer counts as slow.
const queueStands = time.Hour

// queue is what can be concluded about the jobs that wait.
type queue struct {
	waits   time.Duration // how long the oldest of them has waited at least; below queueAge it proves nothing
	order   int64         // the order that shows it; 0 when it is the newest change of all
	fresh   bool          // every order is so young that its job may wait for the next minute
	counted bool          // the queue has worked some time: the analytics hold orders
}

// counted is an order that the queue has counted for the analytics.
type counted struct {
	Order   int64  `json:"order_id"`
	Created string `json:"date_created_gmt"`
}

// readQueue concludes from the waiting jobs. Either nothing changed lately, so that all of them are old; or an order
// that changed a while ago has not been counted, nor has a newer one.
func (f *Case) readQueue() (q queue, ok bool) {
	var done []counted
	list := f.Get(evidence.QueueCounted)
	evidence.ReadJSON(list, &done)
	q.counted = len(done) > 0
	newest, some := f.newestChange()
	if !some {
		return q, false
	}
	if age := f.Evidence.StartedAt.Sub(newest); age >= queueAge {
		q.waits = age
		return q, true
	}
	q.fresh = true
	if list == nil || list.Status != 200 || list.Body.Count < 0 {
		return q, true
	}
	records, _ := evidence.ReadList(f.Get(evidence.ListOrders)) // newest first
	for _, r := range records {
		if slices.ContainsFunc(done, func(c counted) bool { return c.Order == r.ID }) {
			return q, !q.fresh // the queue came this far
		}
		// an order entered later with an old date
		beyond := len(done) == evidence.PageSize && r.Created < done[len(done)-1].Created
		age := f.Evidence.StartedAt.Sub(r.Changed())
		if beyond || age < queueAge || !slices.Contains(countedStatuses, r.Status) {
			continue
		}
		if q.fresh {
			q.fresh, q.waits, q.order = false, age, r.ID
		}
	}
	return q, true
}

// countedStatuses are those of which the analytics show every order; the others a shop may leave out, and does so at
// first.
var countedStatuses = []string{"processing", "completed", "on-hold", "refunded"}

// findStuckQueue finds that the queue stands. Jobs that wait are no finding by themselves: in a busy shop some always
// do.
func findStuckQueue(f *Case) *hit {
	x := f.Get(evidence.QueueState)
	active := slices.DeleteFunc(f.ours(), func(w evidence.Webhook) bool { return w.Status != "active" })
	if !evidence.Importing(x) || len(active) == 0 && !f.Target.WantsHooks() {
		return nil
	}
	cron := f.Status.Environment.Cron
	off := cron != nil && !*cron
	q, ok := f.readQueue()
	never := f.neverCounted(q)
	if !ok || !off && !never &&
		(q.fresh || f.Get(evidence.QueueAgain) != nil && !evidence.Importing(f.Get(evidence.QueueAgain))) {
		return nil
	}
	h := &hit{confidence: verdict.Likely, shown: []string{evidence.Describe(x) + " is_importing: true"}}
	if list := f.Get(evidence.QueueCounted); list != nil {
		h.shown = append(h.shown,
			fmt.Sprintf("%s, %d orders counted", evidence.Describe(list), max(0, list.Body.Count)))
	}
	if off {
		h.confidence = verdict.Sure
		h.shown = append(h.shown, "system status: WP-Cron is switched off (DISABLE_WP_CRON)")
	}
	waits := q.waits.Round(time.Minute).String()
	switch {
	case never:
		h.severity, h.confidence = Warning, verdict.Possible
		h.why = "jobs wait in the queue that delivers webhooks, and not one of the shop's orders has come through " +
			"it: it seems never to have run; ask again in a quarter of an hour"
	case q.fresh:
		h.severity, h.confidence = Note, verdict.Possible
		h.why = "jobs wait in the queue that delivers webhooks, and WP-Cron is switched off; the orders are too " +
			"young to tell whether a cron job takes its place: ask again in a quarter of an hour"
	case !q.counted && off && !f.changedSince(active):
		// A new shop, or a copy: no event has been due, so none was lost.
		h.severity, h.confidence = Note, verdict.Possible
		h.why = "jobs wait in the queue that delivers webhooks, and it seems never to have run here; nothing has " +
			"been due for the webhook yet"
	case q.order != 0:
		h.why = fmt.Sprintf("order %d changed %s ago and still waits in the queue that delivers webhooks", q.order,
			waits)
	default:
		h.why = "orders that changed last " + waits + " ago still wait in the queue that delivers webhooks"
	}
	if !off && h.severity == "" && q.waits < queueStands {
		h.severity = Warning // visits wake this queue; it may be slow and not stand
	}
	return h
}

// someOrders is how many orders a shop does not get before its queue has run once.
const someOrders = 10

// neverCounted says whether the analytics, which could be read, hold none of the orders although these are many and all
// young.
func (f *Case) neverCounted(q queue) bool {
	records, _ := evidence.ReadList(f.Get(evidence.ListOrders))
	list := f.Get(evidence.QueueCounted)
	return q.fresh && !q.counted && list != nil && list.Status == 200 && list.Body.Count == 0 &&
		len(records) >= someOrders
}

// changedSince reports that an order changed after one of these webhooks was made; true when that is not known, because
// then a delivery may wait.
func (f *Case) changedSince(hooks []evidence.Webhook) bool {
	newest, ok := f.newestChange()
	return !ok || slices.ContainsFunc(hooks, func(w evidence.Webhook) bool {
		made, err := time.Parse(evidence.StoreTime, w.Created)
		return err != nil || newest.After(made)
	})
}

// newestChange is when the youngest change among the newest orders was.
func (f *Case) newestChange() (time.Time, bool) {
	records, _ := evidence.ReadList(f.Get(evidence.ListOrders))
	var newest time.Time
	for _, r := range records {
		if at := r.Changed(); at.After(newest) {
			newest = at
		}
	}
	return newest, !newest.IsZero()
}
