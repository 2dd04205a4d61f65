package dashboard

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/waybillhq/waybill/internal/access"
	"github.com/waybillhq/waybill/internal/dashboard/frame"
	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/storage"
)

var writesView = view("writes")

func (d *dashboard) writeListRoutes() []frame.Route {
	return []frame.Route{
		{ID: "writes-page", Method: http.MethodGet, Path: "/writes", Need: access.WritesRead, Serve: d.writes},
	}
}

// writesAPage is how many writes a page shows.
const writesAPage = 50

// writesPage is what the page shows.
type writesPage struct {
	Store, State string
	Stores       []storage.Store
	States       []writeChoice
	Rows         []writeRow
	Pager        pager
	Undecided    int
}

// writeChoice is a state that the reader may ask for.
type writeChoice struct{ Value, Word string }

var writeChoices = []writeChoice{{"", "All"}, {"undecided", "Needs your decision"}, {"open", "On its way"},
	{"done", "Done"}, {"discarded", "Discarded"}}

// statesOf are the states behind a choice; nil for all.
func statesOf(choice string) []outbox.State {
	switch choice {
	case "undecided":
		return undecided
	case "open":
		return []outbox.State{outbox.Pending, outbox.Sending, outbox.Unknown}
	case "done":
		return []outbox.State{outbox.Done}
	case "discarded":
		return []outbox.State{outbox.Discarded}
	}
	return nil
}

// writeRow is a write in the list.
type writeRow struct {
	outbox.Write
	Store string
	State stateWord
	Why   string
	Zone  *time.Location
}

// Version tells whether the row says something else than before.
func (r writeRow) Version() string { return r.State.Word + r.Why }

func (d *dashboard) writes(v *frame.Visit) error {
	p := writesPage{Store: v.Text("store"), State: v.Text("state"), States: writeChoices}
	var err error
	if p.Stores, err = d.visible(v); err != nil {
		return err
	}
	q := outbox.Query{States: statesOf(p.State), Limit: writesAPage + 1} // one more says whether a page follows
	by := map[int64]storage.Store{}
	for _, st := range p.Stores {
		by[st.ID] = st
	}
	if p.Store != "" {
		st, err := d.store(v, p.Store)
		if err != nil {
			return err
		}
		q.StoreID = st.ID
	}
	if before, err := strconv.ParseInt(v.Text("before"), 10, 64); err == nil && before > 0 {
		q.BeforeSeq = before
		p.Pager.Newer = p.with("")
	}
	list, err := d.seenWrites(v.Context(), q, by)
	if err != nil {
		return err
	}
	if len(list) > writesAPage {
		list = list[:writesAPage]
		p.Pager.Older = p.with(strconv.FormatInt(list[writesAPage-1].Seq, 10))
	}
	for _, w := range list {
		st := by[w.StoreID]
		p.Rows = append(p.Rows, writeRow{Write: w, Store: st.Name, State: writeState(w.State), Why: whyWaits(w, st),
			Zone: zoneOf(st)})
	}
	return v.Show(writesView, frame.Page{Title: "Writes", Here: frame.Writes, Live: true, Data: p})
}

// with is the address of the list behind a write.
func (p writesPage) with(before string) string {
	q := url.Values{}
	for name, value := range map[string]string{"store": p.Store, "state": p.State, "before": before} {
		if value != "" {
			q.Set(name, value)
		}
	}
	return "/writes?" + q.Encode()
}

// seenWrites lists writes to the stores that exist for who looks. It reads on until a page is full: most of what there
// is may belong to others.
func (d *dashboard) seenWrites(
	ctx context.Context, q outbox.Query, seen map[int64]storage.Store,
) ([]outbox.Write, error) {
	var list []outbox.Write
	for {
		some, err := d.Viewer.Writes(ctx, q)
		if err != nil {
			return nil, err
		}
		for _, w := range some {
			if _, sees := seen[w.StoreID]; sees && len(list) < q.Limit {
				list = append(list, w)
			}
		}
		if len(some) < q.Limit || len(list) == q.Limit {
			return list, nil
		}
		q.BeforeSeq = some[len(some)-1].Seq
	}
}

// whyWaits is the reason of a write that is not settled, in the words of the pages.
func whyWaits(w outbox.Write, st storage.Store) string {
	switch {
	case w.State == outbox.Done || w.State == outbox.Discarded:
		return ""
	case w.Behind != nil:
		return "waits behind write " + w.Behind.ID
	case w.Reason != nil:
		return saidOf(w, st)
	case w.State == outbox.Unknown:
		return "its answer was lost, so it is looked for before anything is sent again"
	}
	return ""
}
