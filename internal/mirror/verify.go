package mirror

import (
	"cmp"
	"context"
	"errors"
	"math"
	"slices"
	"time"

	"github.com/waybillhq/waybill/internal/jsonvalue"
	"github.com/waybillhq/waybill/internal/mirror/internal/ask"
	"github.com/waybillhq/waybill/internal/mirror/internal/pages"
	"github.com/waybillhq/waybill/internal/mirror/internal/reading"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// Verify reads the whole store again and compares every record with the mirror, as JSON values (members that differ on
// every reading aside, see [storage.VolatileMembers]). It is the proof that the mirror equals the store, and changes
// neither.
//
// A record that differs is asked for once more and compared with what the mirror holds by then, so that a change made
// during the verification, which a sync running beside it brings, is not taken for a difference. What changes on a
// store that nobody syncs meanwhile is one.
//
// Reports are left out: they are snapshots, and their values move with the calendar. What is asked for by name and
// could not be compared is in [Report.NotCompared].
func (m *Mirror) Verify(ctx context.Context, storeID int64, shop woo.Doer, opts VerifyOptions) (Report, error) {
	opts.Show = cmp.Or(opts.Show, 20)
	size, err := m.under(ctx, storeID, m.opts.PerPage)
	if err != nil {
		return Report{}, err
	}
	for {
		report, err := m.verify(ctx, storeID, shop, opts, size)
		var found *ask.CeilingError
		if !errors.As(err, &found) {
			return report, err
		}
		size = found.Most // from the beginning, with pages the store gives
	}
}

func (m *Mirror) verify(
	ctx context.Context, storeID int64, shop woo.Doer, opts VerifyOptions, size int,
) (Report, error) {
	s := m.newStep(storeID, shop)
	s.opts.PerPage = size
	v := &verification{step: s, opts: opts, reports: map[storage.Resource]*ResourceReport{}}
	began := s.now()
	err := v.run(ctx)
	report := v.report()
	report.Requests, report.Elapsed = s.asker.Sent(), s.now().Sub(began)
	return report, err
}

// verification compares; it runs in one goroutine.
type verification struct {
	step    *step
	opts    VerifyOptions
	reports map[storage.Resource]*ResourceReport
	order   []storage.Resource
	shown   []RecordDifference
	// counted is how many orders and refunds the store counted before.
	counted int
	notes   []string
	// suspects differ and are still to be asked for once more.
	suspects []suspect
	// absent are resources of which the store offers no list.
	absent []storage.Resource
	// varied are the products that are not variable and have attributes for variations, plain all others of those.
	varied, plain []int64
	// unlisted: the store has no list of all variations. unplaced is how many that list counts and does not show.
	unlisted bool
	unplaced int
	// parents are the records whose families are to be compared.
	parents map[storage.Resource][]int64
}

type suspect struct {
	ref    storage.Ref
	parent int64
	// listed: the store showed it.
	listed bool
}

// maxSuspects bounds how many differing records are asked for again. Beyond that the mirror is wrong at large, and a
// race explains nothing.
const maxSuspects = 2000

func (v *verification) run(ctx context.Context) error {
	v.parents = map[storage.Resource][]int64{}
	for _, r := range v.opts.Resources {
		if v.of(r); r == storage.Reports {
			v.of(r).Skipped = "they are snapshots of a moment, and their values move with the calendar"
		}
	}
	if err := v.step.watching().recall(ctx); err != nil {
		return err
	}
	if err := v.learn(ctx); err != nil {
		return err
	}
	if err := v.lookAgain(ctx); err != nil {
		return err
	}
	for _, c := range collections {
		if err := v.guard(ctx, c.resource, v.collection(ctx, c)); err != nil {
			return err
		}
	}
	if err := v.families(ctx); err != nil {
		return err
	}
	if err := v.lists(ctx); err != nil {
		return err
	}
	if err := v.clear(ctx); err != nil {
		return err
	}
	if err := v.accountVariations(ctx); err != nil {
		return err
	}
	return v.account(ctx)
}

// lookAgain compares what was learned to differ on every reading where it does not any more. The mirror forgets it in
// its own time.
func (v *verification) lookAgain(ctx context.Context) error {
	w := v.step.watching()
	for _, r := range storage.Resources() {
		learned := func(m volatileMember) bool { return m.Resource == r && m.moves() }
		if !v.wanted(r) || !slices.ContainsFunc(w.volatile.Members, learned) {
			continue
		}
		still, err := w.standing(ctx, r)
		if err != nil {
			if err = v.guard(ctx, r, err); err != nil {
				return err
			}
			continue
		}
		w.forget(r, still)
	}
	return nil
}

func (v *verification) wanted(r storage.Resource) bool {
	return len(v.opts.Resources) == 0 || slices.Contains(v.opts.Resources, r)
}

// of is the report of a resource.
func (v *verification) of(r storage.Resource) *ResourceReport {
	if v.reports[r] == nil {
		v.reports[r] = &ResourceReport{Resource: r}
		v.order = append(v.order, r)
	}
	return v.reports[r]
}

// guard turns a refusal into a resource that is skipped and says so.
func (v *verification) guard(ctx context.Context, r storage.Resource, err error) error {
	switch {
	case err == nil:
		return nil
	case ask.NoRoute(err):
		v.of(r).Skipped, v.absent = "the store offers no list of them", append(v.absent, r)
	case v.step.asker.Refused(ctx, r, err):
		v.of(r).Skipped = "the key may not read them: " + err.Error()
	default:
		return err
	}
	return nil
}

// collection compares one collection, window by window, and its trash.
func (v *verification) collection(ctx context.Context, c *collection) error {
	// Refunds are asked for when only orders are wanted, too: whether there is a list of them decides how orders are
	// read.
	if !v.wanted(c.resource) && !(c == orders && v.asksOrders()) &&
		!(c == products && v.wanted(storage.Variations)) {
		return nil
	}
	held, err := v.step.mirror.repo.Counts(ctx, v.step.storeID, c.resource)
	if err != nil {
		return err
	}
	v.step.tally.begin(c.resource, TaskVerify, 0, held.Live+held.Trash)
	from := time.Time{}
	for {
		to := time.Time{}
		if c.dated {
			if to, err = v.windowEnd(ctx, c, from); err != nil {
				return err
			}
		}
		within := storage.Range{CreatedFrom: from, CreatedBefore: to}
		if err := v.pages(ctx, c, span(from, to), within); err != nil {
			return err
		}
		if to.IsZero() {
			break
		}
		from = to
	}
	if !c.route.HasTrash() {
		return nil
	}
	err = v.pages(ctx, c, []string{"status", storage.StatusTrash}, storage.Range{Trash: true})
	if errors.Is(err, errNoTrash) {
		return nil
	}
	return err
}

// asksOrders says whether orders are read for the sake of what belongs to each.
func (v *verification) asksOrders() bool {
	return v.wanted(storage.Refunds) && v.refundsByOrder() ||
		v.wanted(storage.OrderNotes) && v.step.opts.Notes == ExtentAll ||
		v.wanted(storage.Fulfillments) && v.step.opts.Fulfillments == ExtentAll
}

// windowEnd is the creation date at which the next window ends; zero for the last one.
func (v *verification) windowEnd(ctx context.Context, c *collection, from time.Time) (time.Time, error) {
	s := v.step
	to, err := s.mirror.repo.CreatedAt(ctx, s.storeID, c.resource, from, time.Time{}, s.opts.Window)
	if err != nil || !to.After(from) {
		return time.Time{}, err
	}
	return to, nil
}

func (v *verification) pages(ctx context.Context, c *collection, filter []string, within storage.Range) error {
	ch := v.step.chain(c, filter, pages.Place{}, -1)
	ch.Unreadable = func(id int64, cause error) {
		v.note(RecordDifference{Ref: storage.Ref{Resource: c.resource, ID: id}, Found: FoundOnlyStore,
			Fields: []jsonvalue.Difference{{A: pages.UnreadableReason(cause)}}})
	}
	return ch.Run(ctx, func(p *pages.Page) error {
		if within.Trash && !showsTrash(p) {
			return errNoTrash
		}
		for i := range p.Readings {
			v.remember(c, &p.Readings[i])
		}
		v.step.tally.read(p.Fresh)
		v.step.tally.show()
		return v.page(ctx, c.resource, p, within)
	})
}

// remember collects the parents whose families have to be compared.
func (v *verification) remember(c *collection, r *reading.Reading) {
	switch {
	case c == products && isVariable(r.Kind):
		v.parents[storage.Variations] = append(v.parents[storage.Variations], r.ID)
	case c == products && r.Terms.Varies():
		v.varied = append(v.varied, r.ID)
	case c == products:
		v.plain = append(v.plain, r.ID)
	case c == orders && v.refundsByOrder() && len(reading.IDsIn(r.Refunds, "id")) > 0:
		v.parents[storage.Refunds] = append(v.parents[storage.Refunds], r.ID)
	}
	if c == orders && v.step.opts.Notes == ExtentAll {
		v.parents[storage.OrderNotes] = append(v.parents[storage.OrderNotes], r.ID)
	}
	if c == orders && v.step.opts.Fulfillments == ExtentAll && showsFulfillments(r) {
		v.parents[storage.Fulfillments] = append(v.parents[storage.Fulfillments], r.ID)
	}
}

// refundsByOrder: the list of all refunds was asked for before orders, and the store has none.
func (v *verification) refundsByOrder() bool { return slices.Contains(v.absent, storage.Refunds) }

// page compares one page with the mirror's span.
func (v *verification) page(ctx context.Context, r storage.Resource, p *pages.Page, within storage.Range) error {
	within.Resource, within.AfterID, within.ToID = r, p.AfterID, p.LastID()
	if p.Last {
		within.ToID = math.MaxInt64
	}
	listed := p.Readings[len(p.Readings)-p.Fresh:]
	for held, err := range v.step.mirror.repo.Between(ctx, v.step.storeID, within) {
		if err != nil {
			return err
		}
		for len(listed) > 0 && listed[0].ID < held.ID {
			v.suspect(listed[0].Ref, listed[0].ParentID, true)
			listed = listed[1:]
		}
		if len(listed) == 0 || listed[0].ID > held.ID {
			v.suspect(held.Ref, held.ParentID, false)
			continue
		}
		if held.Hash == storage.HashOf(listed[0].Raw) || v.step.same.Content(r, held.Raw, listed[0].Raw) {
			v.equal(r)
		} else {
			v.suspect(held.Ref, held.ParentID, true)
		}
		listed = listed[1:]
	}
	for i := range listed {
		v.suspect(listed[i].Ref, listed[i].ParentID, true)
	}
	return nil
}

func (v *verification) equal(r storage.Resource) {
	if !v.wanted(r) {
		return
	}
	report := v.of(r)
	report.Store++
	report.Equal++
}

func (v *verification) suspect(ref storage.Ref, parent int64, listed bool) {
	if !v.wanted(ref.Resource) {
		return // read on the way to what is
	}
	if len(v.suspects) < maxSuspects {
		v.suspects = append(v.suspects, suspect{ref: ref, parent: parent, listed: listed})
		return
	}
	found := FoundOnlyMirror
	if listed {
		v.of(ref.Resource).Store++
		found = FoundDifferent
	}
	v.note(RecordDifference{Ref: ref, ParentID: parent, Found: found})
}

// note counts a difference and keeps the first ones.
func (v *verification) note(d RecordDifference) {
	report := v.of(d.Resource)
	switch d.Found {
	case FoundDifferent:
		report.Different++
	case FoundOnlyStore:
		report.OnlyStore++
	case FoundOnlyMirror:
		report.OnlyMirror++
	}
	if len(v.shown) < v.opts.Show {
		v.shown = append(v.shown, d)
	}
}

// clear asks for every suspect once more.
func (v *verification) clear(ctx context.Context) error {
	suspects := v.suspects
	v.suspects = nil
	for _, one := range suspects {
		if err := v.again(ctx, one); err != nil {
			return err
		}
	}
	return nil
}

func (v *verification) again(ctx context.Context, one suspect) error {
	s := v.step
	held, err := s.mirror.repo.Record(ctx, s.storeID, one.ref)
	inMirror := err == nil
	if err != nil && !errors.Is(err, storage.ErrNotFound) {
		return err
	}
	if one.parent == 0 {
		one.parent = held.ParentID
	}
	raw, onStore, err := v.fetch(ctx, one)
	if err != nil {
		return err
	}
	if c := collectionOf(one.ref.Resource); c != nil && onStore && inMirror &&
		!s.same.Content(c.resource, raw, held.Raw) {
		if _, err := s.watching().onlyVolatile(ctx, c, held, reading.OrEmpty(c.resource, raw)); err != nil {
			return err
		}
	}
	difference := RecordDifference{Ref: one.ref, ParentID: one.parent}
	switch {
	case !onStore && !inMirror:
		return nil // came and went
	case !onStore:
		difference.Found = FoundOnlyMirror
	case !inMirror:
		v.of(one.ref.Resource).Store++
		difference.Found = FoundOnlyStore
	case s.same.Content(one.ref.Resource, raw, held.Raw):
		v.equal(one.ref.Resource)
		v.countHidden(one, held)
		return nil
	default:
		v.of(one.ref.Resource).Store++
		difference.Found = FoundDifferent
		difference.Fields = s.same.Differences(one.ref.Resource, raw, held.Raw, 5)
	}
	v.note(difference)
	return nil
}

// fetch reads one record from the store.
func (v *verification) fetch(ctx context.Context, one suspect) ([]byte, bool, error) {
	s := v.step
	path, known := s.addressOf(ctx, one.ref, one.parent)
	var got *ask.Answer
	var err error
	if known {
		got, err = s.asker.One(ctx, path, s.asker.Fresh(nil))
	}
	if one.ref.Resource == storage.Refunds && (!known || ask.Gone(err)) {
		r, shown, err := s.inRefunds(ctx, one.ref.ID)
		if err != nil || !shown {
			return nil, false, err
		}
		return r.Raw, true, nil
	}
	if !known || goneRecord(one.ref.Resource, err) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	return singleBody(one.ref.Resource, got.Body), true, nil
}

func (v *verification) report() Report {
	var r Report
	for _, resource := range storage.Resources() {
		if one := v.reports[resource]; one != nil && v.wanted(resource) {
			r.Resources = append(r.Resources, *one)
			if one.Skipped != "" && slices.Contains(v.opts.Resources, resource) {
				r.NotCompared = append(r.NotCompared, resource)
			}
		}
	}
	r.Differences, r.Notes = v.shown, v.notes
	for _, member := range v.step.watching().learned() {
		r.Notes = append(r.Notes, member+" differs on every reading of an unchanged record and was not compared")
	}
	if sign := v.step.asker.BehindCache(); sign != "" {
		r.Notes = append(r.Notes, "a cache in front of the store answered ("+sign+"); Waybill asked past it")
	}
	return r
}
