package dashboard

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/waybillhq/waybill/internal/access"
	"github.com/waybillhq/waybill/internal/dashboard/frame"
	"github.com/waybillhq/waybill/internal/feed"
	"github.com/waybillhq/waybill/internal/storage"
)

var (
	deliveriesView = view("deliveries")
	deliveryView   = view("delivery")
)

func (d *dashboard) deliveryRoutes() []frame.Route {
	return []frame.Route{
		{ID: "deliveries-page", Method: http.MethodGet, Path: "/deliveries", Need: access.ChangesRead,
			Serve: d.deliveries},
		{ID: "delivery-page", Method: http.MethodGet, Path: "/deliveries/{id}", Need: access.ChangesRead,
			Serve: d.delivery},
		{ID: "redeliver-one", Method: http.MethodPost, Path: "/deliveries/{id}/redeliver",
			Need: access.SubscriptionsWrite, Serve: d.redeliverOne},
	}
}

// eventRow is an event in the list.
type eventRow struct {
	storage.Event
	ID, Subscription, Store string
	Stands                  stateWord
	Path, Record            string
	Zone                    *time.Location
}

// Version tells whether the row says something else than before.
func (r eventRow) Version() string {
	return r.Stands.Word + strconv.FormatInt(r.Attempts+1000*r.Redeliveries, 10)
}

// deliveriesPage is what the page shows.
type deliveriesPage struct {
	All          []storage.Subscription
	Subscription string
	State, Store string
	Rows         []eventRow
	Pager        pager
}

// eventsAPage is how many events a page shows.
const eventsAPage = 50

func (d *dashboard) deliveries(v *frame.Visit) error {
	all, err := d.Subscriptions.List(v.Context(), v.Session.Caller.GroupID)
	if err != nil {
		return err
	}
	p := deliveriesPage{All: all, Subscription: v.Text("subscription"), State: v.Text("state"), Store: v.Text("store")}
	of := all
	if p.Subscription != "" {
		of = slices.DeleteFunc(slices.Clone(all), func(s storage.Subscription) bool { return s.Name != p.Subscription })
	}
	q := storage.EventQuery{State: storage.EventState(p.State), Limit: eventsAPage + 1}
	if before, err := strconv.ParseInt(v.Text("before"), 10, 64); err == nil {
		q.Before = before
		p.Pager.Newer = p.with("")
	}
	if p.Store != "" {
		st, err := d.store(v, p.Store)
		if err != nil {
			return err
		}
		q.StoreID = st.ID
	}
	if p.Rows, err = d.events(v, of, q); err != nil {
		return err
	}
	if len(p.Rows) > eventsAPage {
		p.Rows = p.Rows[:eventsAPage]
		p.Pager.Older = p.with(strconv.FormatInt(p.Rows[eventsAPage-1].Seq, 10))
	}
	return v.Show(deliveriesView, frame.Page{Title: "Deliveries", Here: frame.Deliveries, Live: true, Data: p})
}

func (p deliveriesPage) with(before string) string {
	q := url.Values{}
	for name, value := range map[string]string{"subscription": p.Subscription, "state": p.State, "store": p.Store,
		"before": before} {
		if value != "" {
			q.Set(name, value)
		}
	}
	return "/deliveries?" + q.Encode()
}

// events are those of some subscriptions, the newest first.
func (d *dashboard) events(v *frame.Visit, of []storage.Subscription, q storage.EventQuery) ([]eventRow, error) {
	stores, err := d.visible(v)
	if err != nil {
		return nil, err
	}
	by := map[int64]storage.Store{}
	for _, st := range stores {
		by[st.ID] = st
	}
	var rows []eventRow
	for _, s := range of {
		q.SubscriptionID = s.ID
		events, err := d.Subscriptions.Deliveries(v.Context(), q)
		if err != nil {
			return nil, err
		}
		for _, e := range events {
			st, seen := by[e.StoreID]
			if !seen {
				continue
			}
			rows = append(rows, eventOf(s, e, st))
		}
	}
	slices.SortStableFunc(rows, func(a, b eventRow) int { return int(b.Seq - a.Seq) })
	return rows[:min(len(rows), q.Limit)], nil
}

func eventOf(s storage.Subscription, e storage.Event, st storage.Store) eventRow {
	row := eventRow{Event: e, ID: feed.IDOf(s, e.Seq), Subscription: s.Name, Store: st.Name, Stands: eventState(e),
		Zone: zoneOf(st)}
	row.Path = "/deliveries/" + url.PathEscape(row.ID)
	if e.Resource == storage.Orders {
		row.Record = orderPath(st.Name, e.ID)
	}
	return row
}

// deliveryPage is what the page of an event shows.
type deliveryPage struct {
	eventRow
	Target string
	May    bool
}

func (d *dashboard) deliveryOf(v *frame.Visit) (s storage.Subscription, row eventRow, err error) {
	s, e, err := d.Subscriptions.Delivery(v.Context(), v.Session.Caller.GroupID, v.PathValue("id"))
	if err != nil {
		return s, row, err
	}
	stores, err := d.visible(v)
	for _, st := range stores {
		if st.ID == e.StoreID {
			return s, eventOf(s, e, st), nil
		}
	}
	return s, eventOf(s, e, storage.Store{}), err
}

func (d *dashboard) delivery(v *frame.Visit) error {
	s, row, err := d.deliveryOf(v)
	if err != nil {
		return err
	}
	return v.Show(deliveryView, frame.Page{Title: "Delivery " + row.ID, Here: frame.Deliveries, Live: true,
		Data: deliveryPage{row, s.Target, v.Session.May(access.SubscriptionsWrite)}})
}

func (d *dashboard) redeliverOne(v *frame.Visit) error {
	s, row, err := d.deliveryOf(v)
	if err != nil {
		return err
	}
	if !v.Confirmed() {
		return v.Confirm(frame.Deliveries, frame.Confirmation{Title: "Send this event again?", Back: row.Path,
			Button: "Send it again", Says: []string{
				"It is sent to " + s.Target + " with the id " + row.ID + " and the record as it is now.",
				"A receiver that keeps ids knows it; one that does not may enter it twice."}})
	}
	if err := d.Subscriptions.Redeliver(v.Context(), s, row.Event); err != nil {
		return err
	}
	return v.Done(row.Path, "The event is sent again.")
}
