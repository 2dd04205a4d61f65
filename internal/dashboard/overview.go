package dashboard

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/waybillhq/waybill/internal/access"
	"github.com/waybillhq/waybill/internal/dashboard/frame"
	"github.com/waybillhq/waybill/internal/dashboard/internal/verdict"
	"github.com/waybillhq/waybill/internal/storage"
)

var overviewView = view("overview")

func (d *dashboard) overviewRoutes() []frame.Route {
	return []frame.Route{
		{ID: "overview-page", Method: http.MethodGet, Path: "/{$}", Need: access.StoresRead, Serve: d.overview},
	}
}

// shopsAPage is how many shops a page of the overview shows.
const shopsAPage = 50

// overview is what the page shows.
type overview struct {
	Verdict verdict.Verdict
	// Counts are the shops by what they need.
	Act, Heals, Good, Idle int
	Rows                   []shopRow
	// Filter is what the reader asked for.
	Filter       shopFilter
	Shown, Total int
	Pager        pager
}

// shopRow is a shop in the list.
type shopRow struct {
	seenShop
	Zone   *time.Location
	Orders int // today, in the shop's day
}

// Writes says what of the writes is not settled; empty for nothing.
func (r shopRow) Writes() string {
	var parts []string
	if n := r.Standing.Parked + r.Standing.Rejected; n > 0 {
		parts = append(parts, frame.Count(n)+" for you")
	}
	if n := r.Standing.Waiting; n > 0 {
		parts = append(parts, frame.Count(n)+" on the way")
	}
	return strings.Join(parts, ", ")
}

// Version tells whether the row says something else than before.
func (r shopRow) Version() string {
	return r.Verdict.Word + r.Verdict.Says + strconv.Itoa(r.Orders) + r.Writes()
}

// shopFilter is what the reader asked for.
type shopFilter struct{ Text, State, Sort string }

// with is the address of the overview with another value of one word.
func (f shopFilter) with(after string) string {
	q := url.Values{}
	for name, value := range map[string]string{"q": f.Text, "state": f.State, "sort": f.Sort, "after": after} {
		if value != "" {
			q.Set(name, value)
		}
	}
	if len(q) == 0 {
		return "/"
	}
	return "/?" + q.Encode()
}

func (d *dashboard) overview(v *frame.Visit) error {
	all, err := d.board.look(v.Context())
	if err != nil {
		return err
	}
	o := overview{Filter: shopFilter{Text: v.Text("q"), State: v.Text("state"), Sort: v.Text("sort")}}
	var verdicts []verdict.Verdict
	var chosen []seenShop
	text := strings.ToLower(o.Filter.Text)
	for _, s := range all {
		if !v.Session.Caller.Sees(s.Store) {
			continue
		}
		verdicts = append(verdicts, s.Verdict)
		o.count(s.Verdict.Colour)
		named := strings.Contains(strings.ToLower(s.Store.Name+" "+s.Store.HomeURL+" "+s.Store.Facts.SiteName), text)
		if named && (o.Filter.State == "" || o.Filter.State == string(s.Verdict.Colour)) {
			chosen = append(chosen, s)
		}
	}
	o.Verdict, o.Total, o.Shown = verdict.Shops(verdicts), len(verdicts), len(chosen)
	chosen = sorted(chosen, orderOf(o.Filter.Sort))
	from, _ := strconv.Atoi(v.Text("after")) // no number is the first page
	from = min(max(from, 0), len(chosen))
	if from > 0 {
		o.Pager.Newer = o.Filter.with("")
	}
	if len(chosen)-from > shopsAPage {
		o.Pager.Older = o.Filter.with(strconv.Itoa(from + shopsAPage))
	}
	for _, s := range chosen[from:min(len(chosen), from+shopsAPage)] {
		row, err := d.row(v.Context(), s)
		if err != nil {
			return err
		}
		o.Rows = append(o.Rows, row)
	}
	return v.Show(overviewView, frame.Page{Title: "Overview", Here: frame.Overview, Live: true, Data: o})
}

func (o *overview) count(c verdict.Colour) {
	switch c {
	case verdict.Act:
		o.Act++
	case verdict.Heals:
		o.Heals++
	case verdict.Good:
		o.Good++
	case verdict.Idle:
		o.Idle++
	}
}

// orderOf is the order that a word asks for.
func orderOf(word string) func(a, b seenShop) int {
	switch word {
	case "name":
		return func(a, b seenShop) int { return strings.Compare(a.Store.Name, b.Store.Name) }
	case "fresh":
		return func(a, b seenShop) int { return a.Standing.CurrentAt.Compare(b.Standing.CurrentAt) }
	case "backlog":
		return func(a, b seenShop) int {
			return cmp.Compare(b.Standing.Waiting+b.Standing.Marked, a.Standing.Waiting+a.Standing.Marked)
		}
	}
	return byUrgency
}

// row fills a row with what is looked up for shown shops only.
func (d *dashboard) row(ctx context.Context, s seenShop) (shopRow, error) {
	row := shopRow{seenShop: s, Zone: zoneOf(s.Store)}
	now := d.now().In(row.Zone)
	today := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, row.Zone)
	var err error
	row.Orders, err = d.Records.CountRecords(ctx, storage.Query{StoreID: s.Store.ID, Resource: storage.Orders,
		CreatedFrom: today.UTC()})
	return row, err
}
