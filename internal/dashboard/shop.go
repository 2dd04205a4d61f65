package dashboard

import (
	"net/http"
	"time"

	"github.com/waybillhq/waybill/internal/access"
	"github.com/waybillhq/waybill/internal/dashboard/frame"
	"github.com/waybillhq/waybill/internal/dashboard/internal/verdict"
	"github.com/waybillhq/waybill/internal/mirror"
	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/storage"
)

var shopView = view("shop")

func (d *dashboard) shopRoutes() []frame.Route {
	const one = "/shops/{store}"
	return []frame.Route{
		{ID: "shop-page", Method: http.MethodGet, Path: one, Need: access.StoresRead, Serve: d.shop},
		{ID: "sync-store", Method: http.MethodPost, Path: one + "/sync", Need: access.StoresWrite, Serve: d.syncNow},
		{ID: "pause-store", Method: http.MethodPost, Path: one + "/pause", Need: access.StoresWrite, Serve: d.pause},
		{ID: "resume-store", Method: http.MethodPost, Path: one + "/resume", Need: access.StoresWrite, Serve: d.resume},
		{ID: "replace-key", Method: http.MethodPost, Path: one + "/key", Need: access.StoresWrite, Serve: d.replaceKey},
		{ID: "key-page", Method: http.MethodGet, Path: one + "/key", Need: access.StoresWrite, Serve: d.keyPage},
		{ID: "remove-store", Method: http.MethodPost, Path: one + "/remove", Need: access.StoresWrite, Serve: d.remove},
		{ID: "diagnose-store", Method: http.MethodPost, Path: one + "/check", Need: access.DoctorRun, Serve: d.check},
	}
}

// shopPage is what the page shows.
type shopPage struct {
	seenShop
	Zone *time.Location
	// Copied is what the mirror holds, Copying how far the first copy is.
	Copied  []copied
	Copying []mirror.Progress
	Hook    *storage.Hook
	Changes []shownChange
	Open    []outbox.Write
	// Due says that it is to be read now, Travels how its key goes there.
	Due     bool
	Travels string
	// May says what the reader may do.
	MayWrite, MayCheck bool
}

// copied is how many records of a resource the mirror holds.
type copied struct {
	Resource storage.Resource
	storage.Count
}

// shown are the resources whose numbers people ask for.
var shownResources = []storage.Resource{storage.Orders, storage.Refunds, storage.Products, storage.Customers,
	storage.Coupons}

func (d *dashboard) shop(v *frame.Visit) error {
	ctx := v.Context()
	st, err := d.store(v, v.PathValue("store"))
	if err != nil {
		return err
	}
	standings, err := d.Standings(ctx, []storage.Store{st})
	if err != nil {
		return err
	}
	p := shopPage{seenShop: seenShop{st, standings[0], verdict.Shop(st, standings[0], d.now())}, Zone: zoneOf(st),
		MayWrite: v.Session.May(access.StoresWrite), MayCheck: v.Session.May(access.DoctorRun)}
	p.Due, p.Travels = !p.Standing.NextAt.After(d.now()), travels[st.Auth]
	for _, resource := range shownResources {
		n, err := d.Records.Counts(ctx, st.ID, resource)
		if err != nil {
			return err
		}
		p.Copied = append(p.Copied, copied{resource, n})
	}
	if _, whole := p.Standing.Age(d.now()); !whole && d.Progress != nil {
		p.Copying = d.Progress(st.ID)
	}
	hooks, err := d.Hooks(ctx)
	if err != nil {
		return err
	}
	if h, there := hooks[st.ID]; there {
		p.Hook = &h
	}
	if v.Session.May(access.ChangesRead) {
		if p.Changes, err = d.lastChanges(ctx, []storage.Store{st}, 12); err != nil {
			return err
		}
	}
	if v.Session.May(access.WritesRead) {
		p.Open, err = d.Viewer.Writes(ctx, outbox.Query{StoreID: st.ID, Limit: 8, States: undecided})
		if err != nil {
			return err
		}
	}
	return v.Show(shopView, frame.Page{Title: st.Name, Here: frame.Overview, Live: true, Data: p})
}

// travels says how a key goes to a shop.
var travels = map[storage.AuthMode]string{storage.AuthBasic: "in the Authorization header",
	storage.AuthQuery: "in the address", storage.AuthOAuth: "as a signature (OAuth 1.0a)",
	storage.AuthSHA1: "as a signature (OAuth 1.0a, SHA-1)"}

// undecided are the states of writes that wait for a person.
var undecided = []outbox.State{outbox.Parked, outbox.Rejected}

// pathOf is the page of a shop.
func pathOf(st storage.Store) string { return "/shops/" + st.Name }
