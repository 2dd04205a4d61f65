package mirror

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"time"

	"github.com/waybillhq/waybill/internal/jsonvalue"
	"github.com/waybillhq/waybill/internal/mirror/internal/ask"
	"github.com/waybillhq/waybill/internal/mirror/internal/reading"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// list is a resource that is small and changes seldom: it is read whole, on a schedule of its own, and the mirror made
// to hold exactly that.
type list struct {
	resource storage.Resource
	route    woo.Route
	// paged lists come in pages, others as a whole.
	paged bool
	// slug is the member that names a record where it has no number.
	slug string
	// prefix goes before the slug: the group of a setting.
	prefix string
	// bundle: the answer as a whole is one record, under this id.
	bundle bool
	id     int64
	parent int64
	// each makes the lists below a record of this one.
	each func(r storage.Record) []*list
}

// path is where the store answers with the list.
func (l *list) path() string { return l.route.List(l.parent) }

// lists are what every store is asked for, in this order.
func lists() []*list {
	return []*list{
		{resource: storage.OrderStatuses, route: woo.RouteOrderStatuses, slug: "slug"},
		{resource: storage.Settings, route: woo.RouteSettings + "/general", slug: "id", prefix: "general/"},
		{resource: storage.Settings, route: woo.RouteSettings + "/tax", slug: "id", prefix: "tax/"},
		{resource: storage.PaymentGateways, route: woo.RoutePaymentGateways, slug: "id"},
		{resource: storage.TaxClasses, route: woo.RouteTaxClasses, slug: "slug"},
		{resource: storage.TaxRates, route: woo.RouteTaxRates, paged: true},
		{resource: storage.ShippingZones, route: woo.RouteShippingZones, each: zoneLists},
		{resource: storage.Categories, route: woo.RouteCategories, paged: true},
		{resource: storage.Tags, route: woo.RouteTags, paged: true},
		{resource: storage.ShippingClasses, route: woo.RouteShippingClasses, paged: true},
		{resource: storage.Attributes, route: woo.RouteAttributes, each: termLists},
	}
}

func zoneLists(zone storage.Record) []*list {
	return []*list{
		{resource: storage.ShippingZoneMethods, route: woo.RouteZoneMethods, parent: zone.ID},
		{
			resource: storage.ShippingZoneLocation,
			route:    woo.RouteZoneLocations,
			bundle:   true,
			id:       zone.ID,
			parent:   zone.ID,
		},
	}
}

func termLists(attribute storage.Record) []*list {
	return []*list{attributeTerms(attribute.ID)}
}

func attributeTerms(attribute int64) *list {
	return &list{resource: storage.AttributeTerms, route: woo.RouteAttributeTerms, paged: true, parent: attribute}
}

// reports are snapshots of the store's own figures. Their values move with the calendar, so verify leaves them out.
func reports() []*list {
	var all []*list
	for _, name := range []string{"sales", "orders/totals", "products/totals", "customers/totals", "coupons/totals"} {
		all = append(all,
			&list{resource: storage.Reports, route: woo.RouteReports + "/" + woo.Route(name), bundle: true, slug: name})
	}
	return all
}

// listState is when the lists were last read, and how far a reading is.
type listState struct {
	At time.Time `json:"at,omitzero"`
	// Before is when they were read the time before that; zero: never.
	Before time.Time `json:"before,omitzero"`
	// Next is the index of the list to go on with.
	Next int `json:"next,omitempty"`
}

// listsName is the cursor of the lists that hold what records refer to.
const listsName = "lists"

// readAll reads all lists of a kind, or goes on where an earlier step had to stop. A list that fails for a reason of
// its own is left as it was and does not keep the others from being read; it is tried again soon.
func (s listing) readAll(ctx context.Context, name string, every time.Duration, all []*list) error {
	var st listState
	if err := load(ctx, s.mirror.repo, s.storeID, name, &st); err != nil {
		return err
	}
	var failures []error
	for ; st.Next < len(all); st.Next++ {
		l := all[st.Next]
		s.tally.begin(l.resource, TaskList, 0, 0)
		err := s.read(ctx, l)
		switch {
		case err == nil, ask.NoRoute(err):
			// Without a route there is nothing to mirror: an older WooCommerce, or the feature is off ("shipping is
			// disabled").
		case s.asker.Refused(ctx, l.resource, err):
			s.warn(notRead(l.resource, err))
		case s.stops(ctx, err):
			return errors.Join(err, s.writer.put(storage.Batch{Cursors: []storage.Cursor{cursor(name, st)}}))
		default:
			failures = append(failures, err)
		}
	}
	st = listState{At: s.now(), Before: st.At}
	if len(failures) > 0 {
		st.At = st.At.Add(listRetry - every)
	}
	return errors.Join(
		errors.Join(failures...),
		s.writer.put(storage.Batch{Cursors: []storage.Cursor{cursor(name, st)}}),
	)
}

// listRetry is when lists are read again of which one failed.
const listRetry = 5 * time.Minute

// read reads one list and those below its records.
func (s listing) read(ctx context.Context, l *list) error {
	records, err := s.records(ctx, l)
	if err != nil {
		return err
	}
	if !l.bundle {
		if err := s.watching().learnInList(ctx, l.resource, records, s.sample(l)); err != nil {
			return err
		}
	}
	if err := s.keep(ctx, l, records); err != nil {
		return err
	}
	if l.resource == storage.OrderStatuses && len(records) > 0 {
		if err := s.inquiring().take(ctx, slugsOf(records)); err != nil {
			return err
		}
	}
	if l.each == nil {
		return nil
	}
	for _, r := range records {
		for _, below := range l.each(r) {
			if err := s.read(ctx, below); err != nil && !ask.NoRoute(err) && !ask.Gone(err) {
				return err
			}
		}
	}
	return nil
}

// sample reads a few records of a list.
func (s listing) sample(l *list) again {
	return func(ctx context.Context) ([]reading.Reading, error) {
		var q url.Values
		if l.paged {
			q = ask.Query(nil, "per_page", strconv.Itoa(sampled), "orderby", "id", "order", "asc")
		}
		got, err := s.asker.List(ctx, l.path(), s.asker.Fresh(q))
		if err != nil {
			return nil, err
		}
		records, err := l.records(got.Body)
		if err != nil {
			return nil, err
		}
		readings := make([]reading.Reading, len(records))
		for i, r := range records {
			readings[i] = reading.Reading{Record: r}
		}
		return readings, nil
	}
}

func slugsOf(records []storage.Record) []string {
	slugs := make([]string, len(records))
	for i, r := range records {
		slugs[i] = r.Slug
	}
	return slugs
}

// records asks for the list.
func (s listing) records(ctx context.Context, l *list) ([]storage.Record, error) {
	if l.bundle {
		got, err := s.asker.List(ctx, l.path(), nil)
		if err != nil {
			return nil, err
		}
		return []storage.Record{
			{Ref: storage.Ref{Resource: l.resource, ID: l.id, Slug: l.slug}, ParentID: l.parent, Raw: got.Body},
		}, nil
	}
	if l.paged {
		return s.paged(ctx, l)
	}
	got, err := s.asker.List(ctx, l.path(), nil)
	if err != nil {
		return nil, err
	}
	return l.records(got.Body)
}

// records takes an answer apart.
func (l *list) records(body json.RawMessage) ([]storage.Record, error) {
	var records []storage.Record
	for raw, err := range jsonvalue.Elements(body) {
		if err != nil {
			return nil, ask.Unusable(l.path(), "it is no list")
		}
		if l.slug == "" {
			r, err := reading.Of(l.resource, raw)
			if err != nil {
				return nil, ask.Unusable(l.path(), "%v", err)
			}
			r.ParentID = l.parent
			records = append(records, r.Record)
			continue
		}
		slug := ""
		for m, err := range jsonvalue.Members(raw) {
			if err != nil {
				return nil, ask.Unusable(l.path(), "a record is no object")
			}
			if string(m.Name) == l.slug {
				slug = jsonvalue.Text(m.Value)
			}
		}
		if slug == "" {
			return nil, ask.Unusable(l.path(), "a record has no %s", l.slug)
		}
		records = append(records,
			storage.Record{Ref: storage.Ref{Resource: l.resource, Slug: l.prefix + slug}, Raw: raw})
	}
	return records, nil
}

// listTries is how often a paged list is begun again because it changed between two of its pages.
const listTries = 3

// paged reads all pages by their numbers (term lists know no offset). A list whose total moves meanwhile, or does not
// add up, is read again.
func (s listing) paged(ctx context.Context, l *list) ([]storage.Record, error) {
	for try := 1; ; try++ {
		records, steady, err := s.pagedOnce(ctx, l)
		if err != nil || steady {
			return records, err
		}
		if try == listTries {
			return nil, ask.Unusable(l.path(), "it changes while it is read")
		}
	}
}

func (s listing) pagedOnce(ctx context.Context, l *list) ([]storage.Record, bool, error) {
	var all []storage.Record
	seen := map[int64]bool{}
	total := -1
	for number := 1; ; number++ {
		q := url.Values{
			"orderby":  {"id"},
			"order":    {"asc"},
			"per_page": {fmt.Sprint(s.opts.PerPage)},
			"page":     {fmt.Sprint(number)},
		}
		got, err := s.asker.List(ctx, l.path(), q)
		if err != nil {
			return nil, false, err
		}
		records, err := l.records(got.Body)
		if err != nil {
			return nil, false, err
		}
		if got.Total >= 0 && len(records) > 0 || number == 1 {
			if number > 1 && got.Total != total {
				return nil, false, nil
			}
			total = got.Total
		}
		fresh := 0
		for _, r := range records {
			if !seen[r.ID] {
				seen[r.ID] = true
				fresh++
				all = append(all, r)
			}
		}
		if fresh == 0 || len(records) < s.opts.PerPage || total >= 0 && len(all) >= total {
			return all, total < 0 || len(all) == total, nil
		}
	}
}

// keep makes the mirror hold exactly the records of a list. The answer was whole, so what is not in it is gone from the
// store.
func (s listing) keep(ctx context.Context, l *list, records []storage.Record) error {
	if err := s.flushed(); err != nil {
		return err
	}
	present := make(map[storage.Ref]json.RawMessage, len(records))
	for _, r := range records {
		present[r.Ref] = r.Raw
	}
	// The ids of terms whose names products repeat no longer; the terms of an attribute stand under its id there.
	changed := map[int64]bool{}
	change := func(r storage.Record) { changed[cmp.Or(l.parent, r.ID)] = true }
	batch := storage.Batch{Records: records}
	q := storage.Query{StoreID: s.storeID, Resource: l.resource, ParentID: l.parent, WithTrash: true}
	for held, err := range s.mirror.repo.Records(ctx, q) {
		if err != nil {
			return err
		}
		if !l.owns(held) {
			continue
		}
		raw, listed := present[held.Ref]
		if listed && renamed(held.Raw, raw) {
			change(held)
		}
		if !listed {
			change(held)
			batch.Gone = append(batch.Gone, held.Ref)
			below, err := s.below(ctx, l, held)
			if err != nil {
				return err
			}
			batch.Gone = append(batch.Gone, below...)
		}
	}
	marks, err := s.productsUnder(ctx, l, changed)
	if err != nil {
		return err
	}
	batch.Marks = marks
	s.tally.read(len(records))
	return s.writer.put(batch)
}

// owns says whether a record of the resource comes from this very list.
func (l *list) owns(r storage.Record) bool {
	switch {
	case l.bundle:
		return r.ID == l.id && r.Slug == l.slug
	case l.prefix != "":
		return len(r.Slug) > len(l.prefix) && r.Slug[:len(l.prefix)] == l.prefix
	default:
		return r.ParentID == l.parent
	}
}

// below are the records that go with one that is gone: the methods of a zone, the terms of an attribute.
func (s listing) below(ctx context.Context, l *list, gone storage.Record) ([]storage.Ref, error) {
	if l.each == nil {
		return nil, nil
	}
	var refs []storage.Ref
	for _, below := range l.each(gone) {
		for child, err := range s.mirror.repo.Children(ctx, s.storeID, below.resource, gone.ID) {
			if err != nil {
				return nil, err
			}
			refs = append(refs, child.Ref)
		}
	}
	return refs, nil
}

func (s listing) whenDue(ctx context.Context, name string, every time.Duration, all []*list) error {
	var st listState
	if err := load(ctx, s.mirror.repo, s.storeID, name, &st); err != nil {
		return err
	}
	if st.Next == 0 && s.now().Sub(st.At) < every && !s.swept(st.At) && !s.awaitedNow(name, st) {
		return nil
	}
	return s.readAll(ctx, name, every, all)
}

// readDue reads the lists that hold what records refer to. The store's own figures are no such list.
func (s listing) readDue(ctx context.Context) error {
	return s.whenDue(ctx, listsName, s.opts.Schedule.Lists, lists())
}

func (s listing) reportsDue(ctx context.Context) error {
	return s.whenDue(ctx, "reports", s.opts.Schedule.Reports, reports())
}
