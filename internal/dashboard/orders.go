package dashboard

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/waybillhq/waybill/internal/access"
	"github.com/waybillhq/waybill/internal/dashboard/frame"
	"github.com/waybillhq/waybill/internal/export"
	"github.com/waybillhq/waybill/internal/storage"
)

var ordersView = view("orders")

func (d *dashboard) orderListRoutes() []frame.Route {
	return []frame.Route{
		{ID: "orders-page", Method: http.MethodGet, Path: "/orders", Need: access.RecordsRead, Serve: d.orders},
		{ID: "orders-file", Method: http.MethodGet, Path: "/orders.csv", Need: access.RecordsRead, Serve: d.ordersFile},
	}
}

// ordersAPage is how many orders a page shows.
const ordersAPage = 50

// ordersPage is what the page shows.
type ordersPage struct {
	Filter   orderFilter
	Stores   []storage.Store
	Statuses []string
	Rows     []orderRow
	// Latest is what happened last in all shops; it is shown until a shop is chosen.
	Latest []shownChange
	Pager  pager
	File   string
	Wrong  string
}

// orderFilter is what the reader asked for.
type orderFilter struct{ Store, Status, Text, From, To string }

func (f orderFilter) query(after string) string {
	q := url.Values{}
	for name, value := range map[string]string{"store": f.Store, "status": f.Status, "q": f.Text, "from": f.From,
		"to": f.To, "after": after} {
		if value != "" {
			q.Set(name, value)
		}
	}
	return q.Encode()
}

// orderRow is an order in the list.
type orderRow struct {
	storage.Record
	Path, Number, Customer, Total string
	Pieces                        int
	Status                        stateWord
	Zone                          *time.Location
}

// Version tells whether the row says something else than before.
func (r orderRow) Version() string { return r.Hash.String() }

func filterOf(v *frame.Visit) orderFilter {
	return orderFilter{Store: v.Text("store"), Status: v.Text("status"), Text: v.Text("q"), From: v.Text("from"),
		To: v.Text("to")}
}

// within is the part of a shop's orders that a filter asks for. Days are the shop's.
func (f orderFilter) within(st storage.Store) (q storage.Query, wrong string) {
	q = storage.Query{StoreID: st.ID, Resource: storage.Orders, Text: f.Text}
	if f.Status != "" {
		q.Statuses = []string{f.Status}
	}
	for _, bound := range []struct {
		text string
		days int
		into *time.Time
	}{{f.From, 0, &q.CreatedFrom}, {f.To, 1, &q.CreatedBefore}} {
		if bound.text == "" {
			continue
		}
		day, err := time.ParseInLocation(time.DateOnly, bound.text, zoneOf(st))
		if err != nil {
			return q, bound.text + " is no day such as 2026-11-30, so it was passed over."
		}
		*bound.into = day.AddDate(0, 0, bound.days).UTC()
	}
	return q, ""
}

func (d *dashboard) orders(v *frame.Visit) error {
	ctx := v.Context()
	p := ordersPage{Filter: filterOf(v)}
	var err error
	if p.Stores, err = d.visible(v); err != nil {
		return err
	}
	if p.Filter.Store == "" && len(p.Stores) == 1 {
		p.Filter.Store = p.Stores[0].Name
	}
	shown := frame.Page{Title: "Orders", Here: frame.Orders, Live: true}
	if p.Filter.Store == "" {
		if p.Latest, err = d.latestOrders(ctx, p.Stores); err != nil {
			return err
		}
		shown.Data = p
		return v.Show(ordersView, shown)
	}
	st, err := d.store(v, p.Filter.Store)
	if err != nil {
		return err
	}
	q, wrong := p.Filter.within(st)
	p.Wrong = wrong
	p.Statuses = d.Records.Statuses(ctx, st, storage.Orders)
	q.Limit = ordersAPage + 1 // one more says whether a page follows
	if after, err := strconv.ParseInt(v.Text("after"), 10, 64); err == nil {
		q.After = &storage.Ref{Resource: storage.Orders, ID: after}
		p.Pager.Newer = "/orders?" + p.Filter.query("")
	}
	for r, err := range d.Records.Records(ctx, q) {
		if err != nil {
			return err
		}
		if len(p.Rows) == ordersAPage {
			p.Pager.Older = "/orders?" + p.Filter.query(strconv.FormatInt(p.Rows[ordersAPage-1].ID, 10))
			break
		}
		p.Rows = append(p.Rows, rowOf(st, r))
	}
	p.File = "/orders.csv?" + p.Filter.query("")
	shown.Data = p
	return v.Show(ordersView, shown)
}

// latestOrders are the changes of orders that were seen last.
func (d *dashboard) latestOrders(ctx context.Context, of []storage.Store) ([]shownChange, error) {
	all, err := d.lastChanges(ctx, of, lookBack)
	var orders []shownChange
	for _, c := range all {
		if c.Resource == storage.Orders && len(orders) < ordersAPage {
			orders = append(orders, c)
		}
	}
	return orders, err
}

func rowOf(st storage.Store, r storage.Record) orderRow {
	row := orderRow{Record: r, Path: orderPath(st.Name, r.ID), Number: storage.OrderNumber(r),
		Status: statusOf(r.Status), Zone: zoneOf(st)}
	f, err := export.ReadFields(r.Raw)
	if err != nil {
		return row // the number leads to the page, which shows what can be read
	}
	row.Customer, row.Total = person(f, "billing"), amount(f, "total")
	for _, item := range f.Each("line_items") {
		n, _ := strconv.Atoi(item.Text("quantity")) // a plugin may sell half pieces; a list need not
		row.Pieces += n
	}
	return row
}

// ordersFile gives what the page shows as a file, whole.
func (d *dashboard) ordersFile(v *frame.Visit) error {
	st, err := d.store(v, v.Text("store"))
	if err != nil {
		return err
	}
	q, _ := filterOf(v).within(st)
	w := v.Stream("text/csv; charset=utf-8", "orders-"+st.Name+".csv")
	_, err = export.CSV(w, storage.Orders, d.Records.Records(v.Context(), q), export.CSVOptions{Spreadsheet: true})
	return err
}

// orderPath is the page of an order.
func orderPath(store string, id int64) string {
	return "/shops/" + store + "/orders/" + strconv.FormatInt(id, 10)
}
