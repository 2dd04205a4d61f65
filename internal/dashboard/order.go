package dashboard

import (
	"net/http"
	"strconv"
	"time"

	"github.com/waybillhq/waybill/internal/access"
	"github.com/waybillhq/waybill/internal/dashboard/frame"
	"github.com/waybillhq/waybill/internal/dashboard/internal/verdict"
	"github.com/waybillhq/waybill/internal/export"
	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/trace"
)

var orderView = view("order")

func (d *dashboard) orderRoutes() []frame.Route {
	const one = "/shops/{store}/orders/{id}"
	act := func(id, what string, need access.Scope, serve func(*frame.Visit) error) frame.Route {
		return frame.Route{ID: id, Method: http.MethodPost, Path: one + "/" + what, Need: need, Serve: serve}
	}
	return []frame.Route{
		{ID: "order-page", Method: http.MethodGet, Path: one, Need: access.RecordsRead, Serve: d.order},
		act("update-order", "status", access.WritesWrite, d.changeStatus),
		act("add-note", "note", access.WritesWrite, d.addNote),
		act("refund-order", "refund", access.WritesWrite, d.refund),
		act("redeliver", "redeliver", access.SubscriptionsWrite, d.redeliverOrder),
	}
}

// orderPage is what the page shows.
type orderPage struct {
	Store   storage.Store
	Zone    *time.Location
	ID      int64
	Number  string
	Verdict verdict.Verdict
	Hops    []hop
	// Order is the order as it was copied; nil where the mirror has it no longer.
	Order    *orderShown
	Writes   []outbox.Write
	Statuses []string
	Key      string
	// May says what the reader may do.
	MayWrite, MaySend bool
}

// orderShown is an order as a person reads it.
type orderShown struct {
	storage.Record
	State         stateWord
	Total         string
	Paid          time.Time // zero for not yet
	Customer      [][2]string
	Payment       [][2]string
	Lines         []orderLine
	Meta          [][2]string
	Notes         []orderNote
	Text          string
	Currency      string
	CustomerEmail string
}

// orderLine is a line of an order's table.
type orderLine struct{ What, Name, SKU, Pieces, Amount string }

// orderNote is a note of the shop.
type orderNote struct {
	At   time.Time
	Text string
	By   string
}

// hop is a link of the way of an order, as it is shown.
type hop struct {
	trace.Hop
	State stateWord
	Name  string
	Who   string
	// Between is the time since the hop before; empty where nobody noted it.
	Between string
	// Path leads to the requests and answers behind it, Send that it can be sent again.
	Path, Link string
	Send       string
}

func (d *dashboard) order(v *frame.Visit) error {
	ctx := v.Context()
	st, err := d.store(v, v.PathValue("store"))
	if err != nil {
		return err
	}
	id, err := strconv.ParseInt(v.PathValue("id"), 10, 64)
	if err != nil || id < 1 {
		return noSuchOrder(v.PathValue("id"), st.Name)
	}
	p := orderPage{Store: st, Zone: zoneOf(st), ID: id, Number: v.PathValue("id"), Key: newKey(),
		MayWrite: v.Session.May(access.WritesWrite), MaySend: v.Session.May(access.SubscriptionsWrite)}
	r, err := d.Records.Record(ctx, st, storage.Ref{Resource: storage.Orders, ID: id})
	switch {
	case problem.Is(err, problem.RecordNotFound):
	case err != nil:
		return err
	default:
		if p.Order, err = d.shown(v, st, r); err != nil {
			return err
		}
		p.Number = storage.OrderNumber(r)
	}
	chain, found, err := d.way(v, st, id)
	if err != nil {
		return err
	}
	if !found && p.Order == nil {
		return noSuchOrder(p.Number, st.Name)
	}
	p.Verdict = verdict.Order(p.Number, chain)
	if e, waits, err := d.undelivered(v, st, chain.Verdict); err != nil {
		return err
	} else if waits {
		p.Verdict = verdict.Undelivered(p.Number, chain, e, d.now())
	}
	p.Hops = hopsOf(st, chain.Hops)
	if v.Session.May(access.WritesRead) {
		if p.Writes, err = d.Viewer.Open(ctx, st.ID, storage.Ref{Resource: storage.Orders, ID: id}); err != nil {
			return err
		}
	}
	p.Statuses = d.Records.Statuses(ctx, st, storage.Orders)
	return v.Show(orderView, frame.Page{Title: "Order " + p.Number + " of " + st.Name, Here: frame.Orders, Live: true,
		Data: p})
}

// way follows an order. The chain is of the order with the id, whatever other orders have that number.
func (d *dashboard) way(v *frame.Visit, st storage.Store, id int64) (trace.Chain, bool, error) {
	answer, err := d.Orders.Find(v.Context(), trace.Question{Word: strconv.FormatInt(id, 10),
		Stores: []storage.Store{st}, GroupID: v.Session.Caller.GroupID})
	if err != nil {
		return trace.Chain{}, false, err
	}
	for _, chain := range answer.Chains {
		if chain.Order.ID == id {
			return chain, true, nil
		}
	}
	return trace.Chain{Store: st}, false, nil
}

// undelivered is the event that a link waits for; false where it waits for none.
func (d *dashboard) undelivered(v *frame.Visit, st storage.Store, h trace.Hop) (storage.Event, bool, error) {
	if h.Link != trace.Subscription || h.Seq == 0 {
		return storage.Event{}, false, nil
	}
	sub, err := d.Subscriptions.Find(v.Context(), v.Session.Caller.GroupID, h.Name)
	if err != nil {
		return storage.Event{}, false, err
	}
	events, err := d.Subscriptions.Deliveries(v.Context(), storage.EventQuery{SubscriptionID: sub.ID, StoreID: st.ID,
		OldestFirst: true, After: h.Seq - 1, Limit: 1})
	if err != nil || len(events) == 0 || events[0].Seq != h.Seq {
		return storage.Event{}, false, err
	}
	return events[0], true, nil
}

// hopsOf are links as they are shown.
func hopsOf(st storage.Store, all []trace.Hop) []hop {
	names := map[trace.Link]string{trace.Placed: "Placed in the shop", trace.Copied: "Copied to Waybill",
		trace.Current: "Copy is current", trace.Consumer: "Read by ", trace.Subscription: "Sent to ",
		trace.Write: "Written to the shop"}
	shown := make([]hop, 0, len(all))
	var last time.Time
	for _, h := range all {
		h.Fix = verdict.Step(h)
		one := hop{Hop: h, State: hopState(h.State), Who: whoActs(h.Who), Name: names[h.Link]}
		if one.Name == "" {
			one.Name = string(h.Link)
		}
		switch h.Link {
		case trace.Consumer:
			one.Name += h.Name
			one.Path, one.Link = "/consumers/"+h.Name, "The consumer"
		case trace.Subscription:
			one.Name += h.Name
			one.Path = "/deliveries?subscription=" + h.Name + "&store=" + st.Name
			one.Link = "Requests and answers"
			one.Send = h.Name
		case trace.Write:
			one.Path, one.Link = "/writes/"+h.Name, "The request and its answer"
		case trace.Current:
			if h.State != trace.Done {
				one.Path, one.Link = pathOf(st), "The shop"
			}
		case trace.Placed, trace.Copied:
		}
		if !h.At.IsZero() && !last.IsZero() && h.At.After(last) {
			one.Between = frame.Lasts(h.At.Sub(last))
		}
		if !h.At.IsZero() {
			last = h.At
		}
		shown = append(shown, one)
	}
	return shown
}

// shown reads an order as a person does.
func (d *dashboard) shown(v *frame.Visit, st storage.Store, r storage.Record) (*orderShown, error) {
	f, err := export.ReadFields(r.Raw)
	if err != nil {
		return &orderShown{Record: r, State: statusOf(r.Status), Text: string(r.Raw)}, nil
	}
	o := &orderShown{Record: r, State: statusOf(r.Status), Total: amount(f, "total"), Currency: f.Text("currency"),
		CustomerEmail: f.Text("billing.email"), Text: indented(r.Raw), Lines: linesOf(f), Meta: metaOf(f)}
	o.Customer = pairs("Name", person(f, "billing"), "Company", f.Text("billing.company"), "E-mail",
		f.Text("billing.email"), "Phone", f.Text("billing.phone"), "Bill to", address(f, "billing"),
		"Ship to", address(f, "shipping"), "Customer's note", f.Text("customer_note"))
	o.Payment = pairs("Method", f.Text("payment_method_title"), "Transaction", f.Text("transaction_id"))
	if paid, err := time.Parse(storage.WooTime, f.Text("date_paid_gmt")); err == nil {
		o.Paid = paid
	}
	notes := storage.Query{StoreID: st.ID, Resource: storage.OrderNotes, ParentID: r.ID, Limit: 20}
	for note, err := range d.Records.Records(v.Context(), notes) {
		if err != nil {
			return nil, err
		}
		if n, err := export.ReadFields(note.Raw); err == nil {
			o.Notes = append(o.Notes, orderNote{At: note.Created, Text: plain(n.Text("note")), By: n.Text("author")})
		}
	}
	return o, nil
}
