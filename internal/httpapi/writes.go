package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/waybillhq/waybill/internal/follow"
	"github.com/waybillhq/waybill/internal/intake"
	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/records"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/wire"
	"github.com/waybillhq/waybill/internal/writes"
)

// WriteHeaders holds the parameters that every operation takes that writes to a store.
type WriteHeaders struct {
	Preference
	Key   string   `header:"Idempotency-Key" doc:"Your own name of this write, such as your number of the order: repeated with it, nothing is done twice. Needed wherever a repetition would do something twice." maxLength:"200"`
	Allow []string `query:"allow_unknown" doc:"Fields that a plugin of the store takes and WooCommerce does not know, such as acme_lot." maxItems:"100"`
}

// UpdateHeaders holds the parameters that an update takes in addition to [WriteHeaders].
type UpdateHeaders struct {
	WriteHeaders
	IfMatch string `header:"If-Match" doc:"Tag of the version that you saw: 412 when the mirror has another, and parked when the store turns out to have."`
	Policy  string `query:"policy" doc:"When the record changed on the store since it was seen: merge disjoint fields, reject (park), let the store win, or the caller." enum:"merge,reject,store,caller"`
}

// oneWrite is a write in an answer.
type oneWrite struct {
	wire.Write
	Problem *wire.Error `json:"problem,omitempty" doc:"Why it is not in effect, where it was settled and is not."`
}

type writeAnswer struct {
	Status   int
	Applied  string `header:"Preference-Applied"`
	Location string `header:"Location" doc:"Where the write can be looked at."`
	Body     oneWrite
}

type writesAnswer struct {
	Status  int
	Applied string `header:"Preference-Applied"`
	Body    struct {
		Writes     []oneWrite `json:"writes"`
		NextCursor string     `json:"next_cursor,omitempty" doc:"Of the page that follows; absent on the last one."`
	}
}

// submission is a request to write: the writes, and the conditions that its headers set.
type submission struct {
	rows []intake.Row
	by   records.NamedBy
	in   WriteHeaders
	// ifMatch is the tag that the only record must have; empty for any version.
	ifMatch string
	// keyed says that an idempotency key is required, because a repetition would do the write twice.
	keyed bool
}

// submit accepts writes, and waits for them as long as the caller asks. The error is a problem when a write is refused.
func (a *API) submit(ctx context.Context, name string, s submission) (*writesAnswer, error) {
	st, err := a.store(ctx, name)
	if err != nil {
		return nil, err
	}
	if s.keyed && s.in.Key == "" {
		return nil, keyMissing()
	}
	if s.in.Key != "" {
		s.rows = withKeys(s.rows, s.in.Key)
	}
	for i := range s.rows {
		s.rows[i].Allowed = append(s.rows[i].Allowed, s.in.Allow...)
	}
	found, err := a.Drafter.Find(ctx, st, s.rows, s.by)
	if err != nil {
		return nil, err
	}
	if s.ifMatch != "" {
		if err := a.match(ctx, st, &found[0], s.ifMatch); err != nil {
			return nil, err
		}
	}
	accepted, err := a.Submitter.Submit(ctx, st, found)
	if err != nil {
		return nil, err
	}
	return a.outcome(ctx, st, accepted, s.in.Preference)
}

// withKeys gives each of several writes a key that is derived from the caller's key.
func withKeys(rows []intake.Row, key string) []intake.Row {
	for i := range rows {
		rows[i].Key = intake.KeyOf(key, i, len(rows))
	}
	return rows
}

// match compares the mirror with the version that the caller saw, and makes that version the base of the update. A
// repeated write is not compared, because the first one may have changed the record.
func (a *API) match(ctx context.Context, st storage.Store, w *outbox.Write, tag string) error {
	if w.Key != "" {
		if _, repeated, err := a.Viewer.ByKey(ctx, st.ID, w.Key); err != nil || repeated {
			return err
		}
	}
	record, err := a.Records.Record(ctx, st, w.Ref())
	if err != nil {
		return err
	}
	if now := tagOf(record.Hash); !matches(tag, now) {
		return versionChanged(w, now)
	}
	w.Base = record.Raw
	if w.Policy == "" {
		w.Policy = outbox.Reject
	}
	return nil
}

// outcome waits for writes as long as the caller asks, and returns them as they are then.
func (a *API) outcome(
	ctx context.Context, st storage.Store, accepted []outbox.Write, prefer Preference,
) (*writesAnswer, error) {
	out := writesAnswer{Status: http.StatusAccepted}
	wait, applied := prefer.wait()
	waiting, done, err := a.waiting(ctx, wait+sendingGrace)
	if err != nil {
		wait = 0 // the writes are accepted, so too many waiting requests are no reason to refuse
	} else {
		defer done()
	}
	if wait > 0 {
		out.Applied = applied
		ids := make([]string, len(accepted))
		for i, w := range accepted {
			ids[i] = w.ID
		}
		until := a.opts.Now().Add(wait)
		// Where no other process works for the store, this process sends. A request may be under way when the wait
		// ends. Its answer is worth waiting for, because a write without an answer must be looked for on the store.
		open, err := a.Follower.Deliver(waiting, st, ids, follow.Delivery{Until: until})
		cut := waiting.Err() != nil && ctx.Err() == nil
		if err != nil && !cut {
			return nil, err
		}
		if err == nil && len(open) == 0 {
			out.Status = http.StatusOK
		}
		for i, w := range accepted {
			now, err := a.Viewer.Write(ctx, w.ID)
			if err != nil {
				return nil, err
			}
			now.Repeated, now.Unconfirmed = w.Repeated, w.Unconfirmed
			accepted[i] = now
		}
	}
	out.Body.Writes = make([]oneWrite, len(accepted))
	for i, w := range accepted {
		out.Body.Writes[i] = a.viewOfWrite(ctx, st, w)
	}
	return &out, nil
}

// viewOfWrite returns a write with the record that it made or changed. For a settled or parked write that is not in
// effect the result says why.
func (a *API) viewOfWrite(ctx context.Context, st storage.Store, w outbox.Write) oneWrite {
	w = asked(w, st.Name)
	v := oneWrite{Write: wire.WriteOf(w)}
	v.Repeated = w.Repeated
	if w.State.Final() || w.State == outbox.Parked {
		if err := writes.Outcome(w); err != nil {
			v.Problem = wire.ErrorOf(problem.From(err))
		}
	}
	if w.State == outbox.Done && w.Action != outbox.Delete {
		// The record may be gone or never be mirrored. The write is then shown without a record.
		if record, err := a.Records.Record(ctx, st, w.Ref()); err == nil {
			v.Record = record.Raw
		}
	}
	return v
}

// sendingGrace is how much longer than the wait a request to a store may take that is under way when the wait ends.
const sendingGrace = time.Minute

// single makes the answer about one write out of that about several.
func single(store string, all *writesAnswer, err error) (*writeAnswer, error) {
	if err != nil {
		return nil, err
	}
	w := all.Body.Writes[0]
	return &writeAnswer{Status: all.Status, Applied: all.Applied, Body: w,
		Location: "/v1/stores/" + store + "/writes/" + w.ID}, nil
}
